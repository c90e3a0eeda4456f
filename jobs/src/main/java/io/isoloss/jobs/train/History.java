package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.sweep.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What each step of a run left behind, from the first. */
final class History {
    /** Of {@link #columns}. */
    static final int COLUMNS = 6;

    /** Points of a learning curve. */
    private static final int CURVE_POINTS = 50;

    /** The training loss that a run reports is the mean over this share of its last steps. */
    private static final int LAST_SHARE = 20;

    private double[] losses = new double[1024]; // mean training loss, nats a token
    private double[] norms = new double[1024]; // of the mean gradient, before clipping
    private double[] seconds = new double[1024]; // trained so far
    private double[] batches = new double[1024]; // of the recipe, taken so far
    private double[] gradientSquares = new double[1024]; // of GradientNoise; NaN where not measured
    private double[] traces = new double[1024]; // likewise
    private int steps;

    /**
     * Notes a step.
     *
     * @param taken batches of the recipe that it took
     * @param noise of its gradient; null if not measured
     */
    void add(double loss, double norm, double secondsSoFar, int taken, GradientNoise noise) {
        if (steps == losses.length) {
            int longer = Math.multiplyExact(2, steps);
            losses = Arrays.copyOf(losses, longer);
            norms = Arrays.copyOf(norms, longer);
            seconds = Arrays.copyOf(seconds, longer);
            batches = Arrays.copyOf(batches, longer);
            gradientSquares = Arrays.copyOf(gradientSquares, longer);
            traces = Arrays.copyOf(traces, longer);
        }
        losses[steps] = loss;
        norms[steps] = norm;
        seconds[steps] = secondsSoFar;
        batches[steps] = batches() + taken;
        gradientSquares[steps] = noise == null ? Double.NaN : noise.gradientSquare();
        traces[steps] = noise == null ? Double.NaN : noise.trace();
        steps++;
    }

    /** Batches of the recipe taken. */
    int batches() {
        return steps == 0 ? 0 : (int) batches[steps - 1];
    }

    /** Batches of the recipe that a step took, counted from 0. */
    int taken(int step) {
        return (int) (batches[step] - (step == 0 ? 0 : batches[step - 1]));
    }

    /** Of a step, counted from 0; null if not measured. */
    GradientNoise noise(int step) {
        return Double.isNaN(traces[step]) ? null : new GradientNoise(gradientSquares[step], traces[step]);
    }

    /** Steps taken. */
    int steps() {
        return steps;
    }

    /** Of the last step, nats a token; not a number before the first. */
    double lastLoss() {
        return steps == 0 ? Double.NaN : losses[steps - 1];
    }

    /** Seconds trained. */
    double seconds() {
        return steps == 0 ? 0 : seconds[steps - 1];
    }

    /** [6, steps]: losses, norms, seconds, batches so far, squares of the gradient and traces of its noise. */
    double[][] columns() {
        return new double[][] {
            Arrays.copyOf(losses, steps),
            Arrays.copyOf(norms, steps),
            Arrays.copyOf(seconds, steps),
            Arrays.copyOf(batches, steps),
            Arrays.copyOf(gradientSquares, steps),
            Arrays.copyOf(traces, steps)
        };
    }

    static History of(double[][] columns) {
        History history = new History();
        for (int step = 0; step < columns[0].length; step++) {
            int taken = (int) columns[3][step] - history.batches();
            GradientNoise noise =
                    Double.isNaN(columns[5][step]) ? null : new GradientNoise(columns[4][step], columns[5][step]);
            history.add(columns[0][step], columns[1][step], columns[2][step], taken, noise);
        }
        return history;
    }

    /** Mean over the steps that end in the last twentieth of the trial, of those that were taken; null if none was. */
    Double trainLoss(Trial trial) {
        int all = trial.recipe().steps();
        int last = Math.max(1, all / LAST_SHARE);
        int from = steps;
        while (from > 0 && batches[from - 1] > all - last) {
            from--;
        }
        from = Math.min(from, Math.max(0, steps - 1));
        double mean = Arrays.stream(losses, from, steps).average().orElse(Double.NaN);
        return Double.isFinite(mean) ? mean : null;
    }

    /** About fifty points, evenly spaced over the trial, and its last step. */
    List<CurvePoint> curve(Trial trial) {
        int all = trial.recipe().steps();
        int every = Math.max(1, all / CURVE_POINTS);
        double tokensPerBatch = (double) trial.tokens() / all;
        List<CurvePoint> curve = new ArrayList<>();
        int before = 0;
        for (int step = 0; step < steps; step++) {
            int after = (int) batches[step];
            boolean due = after / every > before / every || after == all;
            if (due && Double.isFinite(losses[step])) {
                Double norm = Double.isFinite(norms[step]) ? norms[step] : null;
                double rate = trial.recipe().learningRate(after - 1, after - before);
                curve.add(new CurvePoint(
                        trial.runId(),
                        step + 1L,
                        after * tokensPerBatch,
                        losses[step],
                        null,
                        rate,
                        norm,
                        seconds[step]));
            }
            before = after;
        }
        return curve;
    }
}
