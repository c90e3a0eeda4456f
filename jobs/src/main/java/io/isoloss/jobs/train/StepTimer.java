package io.isoloss.jobs.train;

import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Timing;
import io.isoloss.jobs.sweep.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Times steps of trials on this machine, on random tokens: in passes over all of them, so that a slow moment of the machine
 * is a part of each and not all of one.
 */
public final class StepTimer {
    private static final int PASSES = 5;
    private static final int MOST = 4096;
    private static final double WARM_UP_SECONDS = 0.02;
    private static final double SECONDS = 0.06;

    /** For code to be compiled. */
    private static final double FIRST_SECONDS = 0.5;

    private StepTimer() {}

    /**
     * Seconds a step where so many trials train at once: the mean, between the 10th and 90th percentile.
     *
     * @throws OutOfMemoryError if they do not fit
     */
    public static Map<Trial, Timing> time(List<Trial> trials, int atOnce) {
        Map<Trial, List<double[]>> seconds = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            for (int pass = 0; pass < PASSES; pass++) {
                for (Trial trial : trials) {
                    double warmUp = seconds.isEmpty() ? FIRST_SECONDS : WARM_UP_SECONDS;
                    seconds.computeIfAbsent(trial, same -> new ArrayList<>())
                            .addAll(IntStream.range(0, atOnce)
                                    .mapToObj(thread ->
                                            CompletableFuture.supplyAsync(() -> steps(trial, warmUp), threads))
                                    .toList()
                                    .stream()
                                    .map(CompletableFuture::join)
                                    .toList());
                }
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof OutOfMemoryError memory) {
                throw memory;
            }
            throw e;
        } finally {
            threads.shutdown();
        }
        Map<Trial, Timing> timings = new LinkedHashMap<>();
        seconds.forEach((trial, steps) -> timings.put(trial, timing(steps)));
        return timings;
    }

    private static Timing timing(List<double[]> steps) {
        double[] seconds =
                steps.stream().flatMapToDouble(DoubleStream::of).sorted().toArray();
        int tenth = seconds.length / 10;
        double mean = Arrays.stream(seconds).average().orElseThrow();
        return new Timing(Math.min(mean, seconds[tenth]), mean, Math.max(mean, seconds[seconds.length - 1 - tenth]));
    }

    private static double[] steps(Trial trial, double warmUpSeconds) {
        ModelShape shape = trial.shape();
        Recipe recipe = trial.recipe();
        int rows = recipe.batchSequences() * shape.context();
        int[] tokens = new SplittableRandom(1).ints(rows, 0, shape.vocabulary()).toArray();
        double[] losses = new double[rows];
        try (TrainingStep training = new TrainingStep(shape, recipe)) {
            Runnable step = () -> training.take(tokens, tokens, losses, recipe.peakLearningRate());
            seconds(step, warmUpSeconds);
            return seconds(step, SECONDS);
        }
    }

    /** Of one step after another, for so long, and of one at least. */
    private static double[] seconds(Runnable step, double longest) {
        double[] seconds = new double[MOST];
        int count = 0;
        double total = 0;
        do {
            long start = System.nanoTime();
            step.run();
            seconds[count] = (System.nanoTime() - start) / 1e9;
            total += seconds[count++];
        } while (count < MOST && total < longest);
        return Arrays.copyOf(seconds, count);
    }
}
