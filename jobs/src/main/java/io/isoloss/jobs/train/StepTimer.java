package io.isoloss.jobs.train;

import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Timing;
import io.isoloss.jobs.sweep.Trial;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Times steps of a trial's shape and batch on this machine, on random tokens. */
public final class StepTimer {
    private static final int WARM_UP = 5;
    private static final int FEWEST = 8;
    private static final double LONGEST_SECONDS = 0.3;

    private StepTimer() {}

    /** Seconds a step: the median over about a third of a second of steps, between the 10th and 90th percentile. */
    public static Timing time(Trial trial) {
        ModelShape shape = trial.shape();
        Recipe recipe = trial.recipe();
        int rows = recipe.batchSequences() * shape.context();
        int[] tokens = new SplittableRandom(1).ints(rows, 0, shape.vocabulary()).toArray();
        double[] losses = new double[rows];
        try (TrainingStep training = new TrainingStep(shape, recipe)) {
            double[] seconds = new double[4096];
            int count = -WARM_UP;
            for (double total = 0; count < seconds.length && (count < FEWEST || total < LONGEST_SECONDS); count++) {
                long start = System.nanoTime();
                training.take(tokens, tokens, losses, recipe.peakLearningRate());
                if (count >= 0) {
                    seconds[count] = (System.nanoTime() - start) / 1e9;
                    total += seconds[count];
                }
            }
            Arrays.sort(seconds, 0, count);
            return new Timing(seconds[count / 10], seconds[count / 2], seconds[count - 1 - count / 10]);
        }
    }
}
