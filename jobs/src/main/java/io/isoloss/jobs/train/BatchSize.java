package io.isoloss.jobs.train;

import io.isoloss.jobs.sweep.Recipe;

/**
 * How many batches of the recipe a step takes. One, or under a {@link io.isoloss.jobs.sweep.BatchGrowth} twice as many each
 * time that the gradient noise scale, averaged over the latest measurements, has reached the doubled batch. It follows from
 * the history of the run, so that a resumed run grows as the uninterrupted one.
 *
 * <p>A step of several batches measures the noise for nothing. Before, one batch in fifty computes a second gradient, which
 * costs 2 % of the training.
 */
final class BatchSize {
    private static final int PROBE_EVERY = 50;

    /** Share of the run over which a measurement loses weight by e. */
    private static final double MEMORY = 0.25;

    /** Measurements before the first doubling and between two, in pairs of gradients. */
    private static final double FEWEST = 8;

    private final boolean grows;
    private final int most; // batches a step
    private final double memory; // batches
    private int batches;
    private long taken;
    private double gradientSquare; // weighted sums over the measurements
    private double trace;
    private double pairs;

    BatchSize(Recipe recipe) {
        this.grows = recipe.batchGrowth() != null;
        this.most = grows ? recipe.batchGrowth().maxSequences() / recipe.batchSequences() : 1;
        this.memory = Math.max(1, MEMORY * recipe.steps());
        restart();
    }

    void restart() {
        batches = 1;
        taken = 0;
        gradientSquare = 0;
        trace = 0;
        pairs = 0;
    }

    /** Batches that the next step takes. */
    int batches() {
        return batches;
    }

    /** Whether the next step should compute a second gradient to measure the noise with. */
    boolean probes() {
        return grows && batches == 1 && most > 1 && (taken + 1) % PROBE_EVERY == 0;
    }

    /**
     * Notes a step.
     *
     * @param count batches that it took
     * @param noise of its gradient; null if not measured
     */
    void add(int count, GradientNoise noise) {
        taken += count;
        if (!grows) {
            return;
        }
        double kept = Math.exp(-count / memory);
        double own = noise == null ? 0 : Math.max(1, count - 1);
        gradientSquare = kept * gradientSquare + (noise == null ? 0 : own * noise.gradientSquare());
        trace = kept * trace + (noise == null ? 0 : own * noise.trace());
        pairs += own;
        boolean reached = gradientSquare > 0 && trace >= 2.0 * batches * gradientSquare;
        if (noise != null && pairs >= FEWEST && reached && 2 * batches <= most) {
            batches *= 2;
            gradientSquare = 0;
            trace = 0;
            pairs = 0;
        }
    }
}
