package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LayeredModelTest {
    private static final int BATCH = 3;
    private static final int VOCABULARY = 7;
    private static final int OUTPUTS = 5;

    /** Every family under every normalisation. */
    static Stream<LayeredShape> shapes() {
        List<LayeredShape> shapes = new ArrayList<>();
        for (Normalisation norm : Normalisation.values()) {
            shapes.add(new LstmShape(4, 2, 5, VOCABULARY, OUTPUTS, norm, Initialisation.XAVIER));
            shapes.add(new Conv1dShape(4, 2, 5, VOCABULARY, OUTPUTS, 3, false, norm, Initialisation.HE));
            shapes.add(new Conv1dShape(4, 2, 5, VOCABULARY, OUTPUTS, 3, true, norm, Initialisation.HE));
            shapes.add(new MlpShape(4, 2, 5, VOCABULARY, OUTPUTS, 3, norm, Initialisation.HE));
        }
        return shapes.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsMatchFiniteDifferencesInDoublePrecision(LayeredShape shape) {
        SplittableRandom random = new SplittableRandom(7);
        int[] inputs = tokens(random, VOCABULARY, shape.context());
        int[] targets = tokens(random, OUTPUTS, shape.context());
        double[] losses = new double[inputs.length];
        try (LayeredModel model = LayeredModel.create(shape, BATCH, 1, DataType.DOUBLE)) {
            INDArray weights = model.weights();
            for (long i = 0; i < weights.length(); i++) {
                weights.putScalar(i, weights.getDouble(i) + 0.3 * random.nextGaussian()); // no zero hides a path
            }
            INDArray before = weights.dup();
            model.forward(inputs, targets, losses);
            model.backward();
            INDArray gradients = model.gradients().dup();
            INDArray moved = weights.neq(before); // running statistics, which no training loss asks
            weights.assign(before);
            for (long i = 0; i < weights.length(); i++) {
                double value = before.getDouble(i);
                double h = 1e-5;
                weights.putScalar(i, value + h);
                double above = sum(model, inputs, targets);
                weights.putScalar(i, value - h);
                double below = sum(model, inputs, targets);
                weights.putScalar(i, value);
                double analytic = gradients.getDouble(i);
                // Central differences err by h² f'''/6 and by rounding, 1e-16 · |loss| / h: both near 1e-9 here.
                assertThat((above - below) / (2 * h))
                        .as("%s, weight %d", shape, i)
                        .isCloseTo(analytic, within(2e-7 * (1 + Math.abs(analytic))));
                if (moved.getInt((int) i) != 0) {
                    assertThat(analytic).as("running statistic %d", i).isZero();
                }
            }
            long statistics = shape.normalisation() == Normalisation.BATCH ? 2L * 2 * 4 : 0;
            assertThat(moved.castTo(DataType.INT32).sumNumber().longValue()).isEqualTo(statistics);
            assertThat(weights.length() - statistics).isEqualTo(shape.totalParams());
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void noPositionSeesTheFuture(LayeredShape shape) {
        SplittableRandom random = new SplittableRandom(3);
        int[] inputs = tokens(random, VOCABULARY, shape.context());
        int[] targets = tokens(random, OUTPUTS, shape.context());
        double[] before = new double[inputs.length];
        double[] after = new double[inputs.length];
        try (LayeredModel model = LayeredModel.create(shape, BATCH, 1, DataType.DOUBLE)) {
            for (long i = 0; i < model.weights().length(); i++) {
                model.weights().putScalar(i, 0.3 * Math.abs(random.nextGaussian())); // keeps rectifiers open
            }
            try (Model scorer = model.scorer(BATCH)) {
                scorer.forward(inputs, targets, before);
                int changed = 2;
                inputs[changed] = (inputs[changed] + 1) % VOCABULARY;
                scorer.forward(inputs, targets, after);
                for (int position = 0; position < inputs.length; position++) {
                    boolean mayDiffer = position >= changed && position < shape.context();
                    assertThat(after[position] != before[position])
                            .as("position %d", position)
                            .isEqualTo(mayDiffer);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void firstLossIsTheUniformEntropy(LayeredShape shape) {
        int[] inputs = tokens(new SplittableRandom(1), OUTPUTS, shape.context());
        double[] losses = new double[inputs.length];
        try (Model model = shape.create(BATCH, 1)) {
            model.forward(inputs, inputs, losses);
        }
        for (double loss : losses) {
            assertThat(loss).isCloseTo(Math.log(OUTPUTS), within(1e-6)); // float32 softmax
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void equalSeedsGiveEqualBitsWhateverRunsBeside(LayeredShape shape) throws Exception {
        INDArray alone = after(shape, 5);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<INDArray>> together = Stream.of(5L, 6L, 5L)
                    .map(seed -> threads.submit(() -> after(shape, seed)))
                    .toList();
            assertThat(together.get(0).get()).isEqualTo(alone);
            assertThat(together.get(2).get()).isEqualTo(alone);
            assertThat(together.get(1).get()).isNotEqualTo(alone);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Weights after three plain steps. */
    private static INDArray after(LayeredShape shape, long seed) {
        SplittableRandom random = new SplittableRandom(2);
        try (Model model = shape.create(BATCH, seed)) {
            for (int step = 0; step < 3; step++) {
                int[] inputs = tokens(random, VOCABULARY, shape.context());
                model.forward(inputs, tokens(random, OUTPUTS, shape.context()), new double[inputs.length]);
                model.backward();
                model.weights().subi(model.gradients().mul(0.01));
            }
            return model.weights().dup();
        }
    }

    private static double sum(Model model, int[] inputs, int[] targets) {
        double[] losses = new double[inputs.length];
        model.forward(inputs, targets, losses);
        return Arrays.stream(losses).sum();
    }

    private static int[] tokens(SplittableRandom random, int below, int context) {
        return random.ints((long) BATCH * context, 0, below).toArray();
    }
}
