package io.isoloss.jobs.train;

import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Times whole training steps (forward, backward, clipping, AdamW) on one thread: {@code docs/benchmarks/step.sh} runs it
 * beside the same steps in PyTorch. Prints, for each shape, milliseconds a step: the median, then the 10th and 90th
 * percentile.
 *
 * <p>Arguments: shapes, each {@code width,layers,heads,context,batch}.
 */
public final class StepBenchmark {
    private static final int VOCABULARY = 256;
    private static final double WARM_UP_SECONDS = 3;
    private static final double SECONDS = 6;

    private StepBenchmark() {}

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            int[] numbers = Arrays.stream(argument.split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            TransformerShape shape = new TransformerShape(numbers[0], numbers[1], numbers[2], numbers[3], VOCABULARY);
            double[] milliseconds = time(shape, numbers[4]);
            int count = milliseconds.length;
            System.out.printf(
                    "%s %.2f %.2f %.2f%n",
                    argument, milliseconds[count / 2], milliseconds[count / 10], milliseconds[count - 1 - count / 10]);
        }
    }

    private static double[] time(TransformerShape shape, int batch) {
        int rows = batch * shape.context();
        SplittableRandom random = new SplittableRandom(1);
        int[] inputs = random.ints(rows, 0, VOCABULARY).toArray();
        int[] targets = random.ints(rows, 0, VOCABULARY).toArray();
        double[] losses = new double[rows];
        Recipe recipe = new Recipe(1, batch, 1e-3, new Cosine(0, 0), 0.9, 0.95, 1e-8, 0.1, 1, 1, 1, 1);
        try (TrainingStep training = new TrainingStep(shape, recipe)) {
            double[] milliseconds = new double[100_000];
            int count = 0;
            long begin = System.nanoTime();
            while (true) {
                long start = System.nanoTime();
                training.take(inputs, targets, losses, recipe.peakLearningRate());
                long end = System.nanoTime();
                double elapsed = (end - begin) / 1e9;
                if (elapsed > WARM_UP_SECONDS) {
                    milliseconds[count++] = (end - start) / 1e6;
                }
                if (elapsed > WARM_UP_SECONDS + SECONDS) {
                    double[] sorted = Arrays.copyOf(milliseconds, count);
                    Arrays.sort(sorted);
                    return sorted;
                }
            }
        }
    }
}
