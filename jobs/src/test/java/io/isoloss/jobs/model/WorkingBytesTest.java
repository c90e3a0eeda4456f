package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What {@link ModelShape#workingBytes} foretells against what models count. */
class WorkingBytesTest {
    private static final int BATCH = 3;

    /** As much as the estimate for layers adds to what was counted for a few of them. */
    private static final double ABOVE = 1.1;

    static List<TransformerShape> transformers() {
        return List.of(
                new TransformerShape(8, 1, 1, 16, 8),
                new TransformerShape(16, 3, 2, 100, 40, 5),
                new TransformerShape(48, 2, 4, 32, 512));
    }

    @ParameterizedTest
    @MethodSource("transformers")
    void ofATransformerIsWhatItLaysOutOnEitherKernels(TransformerShape shape) {
        for (Kernels kernels : Kernels.values()) {
            try (Weights weights = Weights.zeros(shape, DataType.FLOAT);
                    Weights gradients = Weights.zeros(shape, DataType.FLOAT)) {
                assertThat(workingBytes(shape, kernels, weights, gradients))
                        .isEqualTo(shape.workingBytes(BATCH, true, kernels).getAsLong());
                assertThat(workingBytes(shape, kernels, weights, null))
                        .isEqualTo(shape.workingBytes(BATCH, false, kernels).getAsLong());
            }
        }
    }

    private static long workingBytes(TransformerShape shape, Kernels kernels, Weights weights, Weights gradients) {
        long flat = (gradients == null ? 1 : 2) * shape.totalParams() * Float.BYTES;
        try (Buffers buffers = new Buffers(shape, BATCH, DataType.FLOAT);
                Transformer model = new Transformer(
                        buffers,
                        weights,
                        gradients,
                        () -> kernels == Kernels.ND4J ? new Nd4jOperations() : new CpuOperations())) {
            return model.peakBytes() - flat;
        }
    }

    static List<LayeredShape> layered() {
        List<LayeredShape> shapes = new ArrayList<>();
        for (Normalisation norm : List.of(Normalisation.NONE, Normalisation.LAYER)) {
            shapes.add(new LstmShape(16, 1, 16, 8, 8, norm, Initialisation.XAVIER));
            shapes.add(new LstmShape(24, 3, 32, 64, 5, norm, Initialisation.XAVIER));
            shapes.add(new Conv1dShape(16, 1, 16, 8, 8, 4, false, norm, Initialisation.HE));
            shapes.add(new Conv1dShape(24, 3, 32, 64, 5, 8, false, norm, Initialisation.HE));
            shapes.add(new Conv1dShape(16, 1, 16, 8, 8, 8, true, norm, Initialisation.HE));
            shapes.add(new Conv1dShape(24, 3, 32, 64, 512, 2, true, norm, Initialisation.HE));
            shapes.add(new MlpShape(16, 1, 16, 8, 8, 8, norm, Initialisation.HE));
            shapes.add(new MlpShape(24, 3, 32, 64, 64, 2, norm, Initialisation.HE));
        }
        return shapes;
    }

    /** Double precision runs on ND4J's operations, as a GPU does; what a GPU has for oneDNN's convolutions is not there. */
    @ParameterizedTest
    @MethodSource("layered")
    void ofLayersIsAboveWhatTheyLayOut(LayeredShape shape) {
        for (Kernels kernels : Kernels.values()) {
            DataType type = kernels == Kernels.ND4J ? DataType.DOUBLE : DataType.FLOAT;
            long scorers;
            long training;
            try (LayeredModel model = LayeredModel.create(shape, BATCH, 1, type)) {
                step(model, shape);
                long flat = 2 * model.weights().length() * type.width();
                training = (model.peakBytes() - flat) * Float.BYTES / type.width();
                try (Model scorer = model.scorer(BATCH)) {
                    forward(scorer, shape);
                }
                scorers = (model.peakBytes() - flat) * Float.BYTES / type.width() - training;
            }
            long foretold = shape.workingBytes(BATCH, true, kernels).getAsLong();
            long foretoldScorers = shape.workingBytes(BATCH, false, kernels).getAsLong();
            assertThat(foretold).isGreaterThanOrEqualTo(training);
            assertThat(foretoldScorers).isGreaterThanOrEqualTo(scorers);
            if (kernels == Kernels.PROCESSOR || shape.span() == 0) { // a GPU's convolutions take more than the counted
                assertThat((double) foretold).isLessThan(ABOVE * training);
                assertThat((double) foretoldScorers).isLessThan(ABOVE * scorers);
            }
        }
    }

    private static void step(Model model, ModelShape shape) {
        for (int i = 0; i < 3; i++) {
            forward(model, shape);
            model.backward();
        }
    }

    private static void forward(Model model, ModelShape shape) {
        int rows = BATCH * shape.context();
        SplittableRandom random = new SplittableRandom(1);
        int[] inputs = random.ints(rows, 0, shape.vocabulary()).toArray();
        int[] targets = random.ints(rows, 0, shape.outputs()).toArray();
        model.forward(inputs, targets, new double[rows]);
    }
}
