package io.isoloss.jobs.train;

import java.util.Locale;

/** Notices a run that will not come back: a loss or gradient that is no number, or a loss above the first for long. */
final class Divergence {
    /** A tenth of the run, and no fewer steps than noise in a batch can fake. */
    private static final int SHARE = 10;

    private static final int FEWEST = 50;

    private final int span;
    private double first;
    private int above;

    Divergence(int steps) {
        this.span = Math.max(FEWEST, steps / SHARE);
    }

    /**
     * Looks at a step.
     *
     * @return the cause if the run has diverged, else null
     */
    String after(int step, double loss, double gradientNorm) {
        if (!Double.isFinite(loss)) {
            return "training loss is " + loss + " at step " + (step + 1);
        }
        if (!Double.isFinite(gradientNorm)) {
            return "gradient norm is " + gradientNorm + " at step " + (step + 1);
        }
        if (step == 0) {
            first = loss;
        }
        above = loss > first ? above + 1 : 0;
        return above < span
                ? null
                : String.format(
                        Locale.ROOT,
                        "training loss stayed above its first value %.3f for %d steps, up to step %d",
                        first,
                        span,
                        step + 1);
    }
}
