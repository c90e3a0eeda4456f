package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class TransformerTest {
    private static final int BATCH = 3;

    @ParameterizedTest
    @CsvSource({"8,1,1,5,11", "8,2,2,6,7", "12,3,3,4,9"})
    void gradientsMatchFiniteDifferencesInDoublePrecision(
            int width, int layers, int heads, int context, int vocabulary) {
        TransformerShape shape = new TransformerShape(width, layers, heads, context, vocabulary);
        SplittableRandom random = new SplittableRandom(7);
        Weights weights = Weights.zeros(shape, DataType.DOUBLE);
        for (long i = 0; i < weights.flat().length(); i++) {
            weights.flat().putScalar(i, 0.4 * random.nextGaussian()); // no zero matrix hides a path
        }
        Weights gradients = Weights.zeros(shape, DataType.DOUBLE);
        int[] inputs = tokens(shape, random);
        int[] targets = tokens(shape, random);
        double[] losses = new double[inputs.length];
        try (Transformer transformer = new Transformer(shape, BATCH, weights, gradients)) {
            transformer.forward(inputs, targets, losses);
            transformer.backward();
            for (long i = 0; i < weights.flat().length(); i++) {
                double analytic = gradients.flat().getDouble(i);
                double value = weights.flat().getDouble(i);
                double h = 1e-5;
                weights.flat().putScalar(i, value + h);
                double above = sum(transformer, inputs, targets);
                weights.flat().putScalar(i, value - h);
                double below = sum(transformer, inputs, targets);
                weights.flat().putScalar(i, value);
                // Central differences err by h² f'''/6 and by rounding, 1e-16 · |loss| / h: both near 1e-9 here.
                assertThat((above - below) / (2 * h))
                        .as("weight %d", i)
                        .isCloseTo(analytic, within(2e-7 * (1 + Math.abs(analytic))));
            }
        }
    }

    /** A context of one block of queries and a part, and rows that fill a tile unevenly. */
    @ParameterizedTest
    @CsvSource({"8,2,2,6,7", "24,2,3,150,40"})
    void fastOperationsGiveTheLossesAndGradientsOfTheGenericOnes(
            int width, int layers, int heads, int context, int vocabulary) {
        TransformerShape shape = new TransformerShape(width, layers, heads, context, vocabulary);
        SplittableRandom random = new SplittableRandom(7);
        int[] inputs = tokens(shape, random);
        int[] targets = tokens(shape, random);
        double[] values = new double[Math.toIntExact(shape.totalParams())];
        Arrays.setAll(values, i -> (float) (0.3 * random.nextGaussian()));
        double[] losses = new double[inputs.length];
        double[] exactLosses = new double[inputs.length];
        double[] gradients = run(shape, DataType.FLOAT, CpuOperations::new, values, inputs, targets, losses);
        double[] exact = run(shape, DataType.DOUBLE, Nd4jOperations::new, values, inputs, targets, exactLosses);
        double greatest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
        for (int row = 0; row < losses.length; row++) {
            // Some ten products in a row, each with a few roundings of 6e-8 of numbers of some units.
            assertThat(losses[row]).isCloseTo(exactLosses[row], within(2e-5));
        }
        for (int i = 0; i < exact.length; i++) {
            // As the losses; sums over rows cancel, so what they keep is relative to the largest.
            assertThat(gradients[i]).as("weight %d", i).isCloseTo(exact[i], within(1e-5 * greatest));
        }
    }

    private static double[] run(
            TransformerShape shape,
            DataType type,
            Supplier<Operations> operations,
            double[] values,
            int[] inputs,
            int[] targets,
            double[] losses) {
        Weights weights = Weights.zeros(shape, type);
        Weights gradients = Weights.zeros(shape, type);
        for (int i = 0; i < values.length; i++) {
            weights.flat().putScalar(i, values[i]);
        }
        try (Buffers buffers = new Buffers(shape, BATCH, type);
                Transformer transformer = new Transformer(buffers, weights, gradients, operations)) {
            transformer.forward(inputs, targets, losses);
            transformer.backward();
        }
        return gradients.flat().data().asDouble();
    }

    @Test
    void firstLossIsTheUniformEntropy() {
        TransformerShape shape = new TransformerShape(16, 2, 2, 8, 256);
        Weights weights = Weights.zeros(shape, DataType.FLOAT);
        weights.initialise(1);
        int[] inputs = tokens(shape, new SplittableRandom(1));
        double[] losses = new double[inputs.length];
        try (Transformer transformer = new Transformer(shape, BATCH, weights, null)) {
            transformer.forward(inputs, inputs, losses);
        }
        for (double loss : losses) {
            assertThat(loss).isCloseTo(Math.log(256), within(1e-6)); // float32 softmax
        }
    }

    @Test
    void noPositionSeesTheFuture() {
        TransformerShape shape = new TransformerShape(16, 2, 2, 8, 20);
        SplittableRandom random = new SplittableRandom(3);
        Weights weights = Weights.zeros(shape, DataType.DOUBLE);
        for (long i = 0; i < weights.flat().length(); i++) {
            weights.flat().putScalar(i, 0.5 * random.nextGaussian());
        }
        int[] inputs = tokens(shape, random);
        int[] targets = tokens(shape, random);
        double[] before = new double[inputs.length];
        double[] after = new double[inputs.length];
        try (Transformer transformer = new Transformer(shape, BATCH, weights, null)) {
            transformer.forward(inputs, targets, before);
            int changed = 5;
            inputs[changed] = (inputs[changed] + 1) % 20;
            transformer.forward(inputs, targets, after);
            for (int position = 0; position < inputs.length; position++) {
                boolean mayDiffer = position >= changed && position < shape.context();
                assertThat(after[position] != before[position])
                        .as("position %d", position)
                        .isEqualTo(mayDiffer);
            }
        }
    }

    private static double sum(Transformer transformer, int[] inputs, int[] targets) {
        double[] losses = new double[inputs.length];
        transformer.forward(inputs, targets, losses);
        return Arrays.stream(losses).sum();
    }

    private static int[] tokens(TransformerShape shape, SplittableRandom random) {
        return random.ints((long) BATCH * shape.context(), 0, shape.vocabulary())
                .toArray();
    }
}
