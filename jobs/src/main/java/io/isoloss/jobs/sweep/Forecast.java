package io.isoloss.jobs.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a sweep will take.
 *
 * @param trials seconds of each that trains on one device, in the order they start
 * @param total from first start to last end of these
 * @param workers trials that train at once
 */
public record Forecast(Map<Trial, Timing> trials, Timing total, int workers) {
    /** Scoring a token is the forward third of training on it. */
    private static final double FORWARD_SHARE = 1.0 / 3;

    /**
     * Factor by which a machine may be faster or slower when the trial trains than when a step was timed: on the one it was
     * chosen on, more than nine of ten trials stayed within it ({@code docs/benchmarks/engine.md}).
     */
    private static final double DRIFT = 1.4;

    /**
     * Predicts from seconds a step. Of what a trial on several devices takes, nothing is foreseen.
     *
     * @param secondsPerStep measured for a trial's shape and batch
     * @param serving seconds that each trained model serves
     */
    public static Forecast of(List<Trial> trials, Function<Trial, Timing> secondsPerStep, double serving, int workers) {
        Map<Trial, Timing> seconds = new LinkedHashMap<>();
        for (Trial trial : trials) {
            if (trial.spec().mode() == null) {
                double tokensPerStep = (double) trial.tokens() / trial.recipe().steps();
                double evaluation = FORWARD_SHARE * trial.recipe().validationTokens() / tokensPerStep;
                Timing steps = secondsPerStep.apply(trial).within(DRIFT);
                seconds.put(
                        trial,
                        steps.times(trial.recipe().steps() + evaluation).plus(new Timing(serving, serving, serving)));
            }
        }
        Timing total = new Timing(
                makespan(seconds, workers, Timing::low),
                makespan(seconds, workers, Timing::typical),
                makespan(seconds, workers, Timing::high));
        return new Forecast(seconds, total, workers);
    }

    /** Each worker takes the next trial as soon as it is free. */
    private static double makespan(Map<Trial, Timing> seconds, int workers, ToDoubleFunction<Timing> which) {
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int worker = 0; worker < workers; worker++) {
            free.add(0.0);
        }
        double last = 0;
        for (Timing timing : seconds.values()) {
            double end = free.remove() + which.applyAsDouble(timing);
            free.add(end);
            last = Math.max(last, end);
        }
        return last;
    }
}
