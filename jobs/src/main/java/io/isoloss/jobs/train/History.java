package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.sweep.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What each step of a run left behind, from the first. */
final class History {
    /** Points of a learning curve. */
    private static final int CURVE_POINTS = 50;

    /** The training loss that a run reports is the mean over this share of its last steps. */
    private static final int LAST_SHARE = 20;

    private double[] losses = new double[1024]; // mean training loss, nats a token
    private double[] norms = new double[1024]; // of the mean gradient, before clipping
    private double[] seconds = new double[1024]; // trained so far
    private int steps;

    void add(double loss, double norm, double secondsSoFar) {
        if (steps == losses.length) {
            int longer = Math.multiplyExact(2, steps);
            losses = Arrays.copyOf(losses, longer);
            norms = Arrays.copyOf(norms, longer);
            seconds = Arrays.copyOf(seconds, longer);
        }
        losses[steps] = loss;
        norms[steps] = norm;
        seconds[steps] = secondsSoFar;
        steps++;
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

    /** [3, steps]: losses, norms and seconds. */
    double[][] columns() {
        return new double[][] {Arrays.copyOf(losses, steps), Arrays.copyOf(norms, steps), Arrays.copyOf(seconds, steps)
        };
    }

    static History of(double[][] columns) {
        History history = new History();
        for (int step = 0; step < columns[0].length; step++) {
            history.add(columns[0][step], columns[1][step], columns[2][step]);
        }
        return history;
    }

    /** Mean over the last twentieth of the trial's steps, of those that were taken; null if none was. */
    Double trainLoss(Trial trial) {
        int from = Math.max(0, steps - Math.max(1, trial.recipe().steps() / LAST_SHARE));
        double mean = Arrays.stream(losses, from, steps).average().orElse(Double.NaN);
        return Double.isFinite(mean) ? mean : null;
    }

    /** About fifty points, evenly spaced over the trial, and its last step. */
    List<CurvePoint> curve(Trial trial) {
        int all = trial.recipe().steps();
        int every = Math.max(1, all / CURVE_POINTS);
        double tokensPerStep = (double) trial.tokens() / all;
        List<CurvePoint> curve = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            boolean due = (step + 1) % every == 0 || step + 1 == all;
            if (due && Double.isFinite(losses[step])) {
                Double norm = Double.isFinite(norms[step]) ? norms[step] : null;
                double rate = trial.recipe().learningRate(step);
                curve.add(new CurvePoint(
                        trial.runId(),
                        step + 1L,
                        (step + 1) * tokensPerStep,
                        losses[step],
                        null,
                        rate,
                        norm,
                        seconds[step]));
            }
        }
        return curve;
    }
}
