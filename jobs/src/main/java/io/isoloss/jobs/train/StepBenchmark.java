package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Operations;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Collections;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Times whole training steps (forward, backward, clipping, AdamW) on one thread: {@code docs/benchmarks/step.sh} runs it
 * beside the same steps in PyTorch. Prints, for each shape: milliseconds of processor time a step of one trial, the median
 * and the 10th and 90th percentile; GFLOP/s of the median; and GFLOP/s of the best of many products of 1024 × 1024
 * matrices through the same library, the ceiling.
 *
 * <p>Arguments: shapes, each {@code width,layers,heads,context,batch} or {@code width,layers,heads,context,batch,pack}, the
 * number of trials stepped in turn over shared activations.
 */
public final class StepBenchmark {
    private static final int VOCABULARY = 256;
    private static final double WARM_UP_SECONDS = 3;
    private static final double SECONDS = 6;
    private static final int CEILING_SIZE = 1024;
    private static final int CEILING_PRODUCTS = 40;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private StepBenchmark() {}

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            int[] numbers = Arrays.stream(argument.split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            TransformerShape shape = new TransformerShape(numbers[0], numbers[1], numbers[2], numbers[3], VOCABULARY);
            int batch = numbers[4];
            double[] milliseconds = time(shape, batch, numbers.length > 5 ? numbers[5] : 1);
            int count = milliseconds.length;
            double median = milliseconds[count / 2];
            double flops = (double) batch * shape.context() * shape.trainingFlopsPerToken();
            System.out.printf(
                    "%s %.2f %.2f %.2f %.0f %.0f%n",
                    argument,
                    median,
                    milliseconds[count / 10],
                    milliseconds[count - 1 - count / 10],
                    flops / median / 1e6,
                    ceiling());
        }
    }

    private static double[] time(TransformerShape shape, int batch, int pack) {
        int rows = batch * shape.context();
        SplittableRandom random = new SplittableRandom(1);
        int[] inputs = random.ints(rows, 0, VOCABULARY).toArray();
        int[] targets = random.ints(rows, 0, VOCABULARY).toArray();
        double[] losses = new double[rows];
        Recipe recipe = new Recipe(1, batch, 1e-3, new Cosine(0, 0), 0.9, 0.95, 1e-8, 0.1, 1, 1, 1, 1);
        try (TrainingPack training = new TrainingPack(shape, Collections.nCopies(pack, recipe))) {
            double[] milliseconds = new double[100_000];
            int count = 0;
            long begin = System.nanoTime();
            while (true) {
                long start = THREADS.getCurrentThreadCpuTime();
                for (int trial = 0; trial < pack; trial++) {
                    training.trial(trial).take(inputs, targets, losses, recipe.peakLearningRate());
                }
                long end = THREADS.getCurrentThreadCpuTime();
                double elapsed = (System.nanoTime() - begin) / 1e9;
                if (elapsed > WARM_UP_SECONDS) {
                    milliseconds[count++] = (end - start) / 1e6 / pack;
                }
                if (elapsed > WARM_UP_SECONDS + SECONDS) {
                    double[] sorted = Arrays.copyOf(milliseconds, count);
                    Arrays.sort(sorted);
                    return sorted;
                }
            }
        }
    }

    private static double ceiling() {
        double least = Double.POSITIVE_INFINITY;
        try (Operations product = Operations.of(DataType.FLOAT);
                INDArray a = Nd4j.ones(DataType.FLOAT, CEILING_SIZE, CEILING_SIZE);
                INDArray b = Nd4j.ones(DataType.FLOAT, CEILING_SIZE, CEILING_SIZE);
                INDArray c = Nd4j.zeros(DataType.FLOAT, CEILING_SIZE, CEILING_SIZE)) {
            product.product(a, false, b, false, c, false);
            for (int i = 0; i < CEILING_PRODUCTS; i++) {
                long start = THREADS.getCurrentThreadCpuTime();
                product.run();
                least = Math.min(least, (double) (THREADS.getCurrentThreadCpuTime() - start));
            }
        }
        return 2 * Math.pow(CEILING_SIZE, 3) / least;
    }
}
