package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Counts by hand: d = 10, L = 3, T = 16, V = 100, K = 20, k = 4. */
class LayeredShapeTest {
    private static final Initialisation HE = Initialisation.HE;

    @Test
    void lstmHasFourGatesALayer() {
        LstmShape shape = new LstmShape(10, 3, 16, 100, 20, Normalisation.NONE, Initialisation.XAVIER);
        // A layer: 4 gates of 10·10 on the input, 10·10 on the last output and 10 biases = 840. Head 10·20 = 200.
        assertThat(shape.nonEmbeddingParams()).isEqualTo(3 * 840 + 200);
        assertThat(shape.totalParams()).isEqualTo(3 * 840 + 200 + 1000); // embedding 100·10
        assertThat(shape.forwardFlopsPerToken()).isEqualTo(2 * (3 * 800 + 200)); // biases multiply nothing
        assertThat(shape.trainingFlopsPerToken()).isEqualTo(3 * 2 * (3 * 800 + 200));
    }

    @Test
    void forgetGatesBeginOpenAndOtherBiasesAtZero() {
        LstmShape shape = new LstmShape(10, 1, 16, 100, 20, Normalisation.NONE, Initialisation.XAVIER);
        try (Model model = shape.create(1, 1)) {
            double[] biases = model.weights().dup().data().asDouble();
            for (int i = 0; i < 40; i++) { // before the head's 200 numbers
                assertThat(biases[biases.length - 240 + i]).isEqualTo(i / 10 == 1 ? 1 : 0);
            }
        }
    }

    @Test
    void plainConvolutionHasAKernelOfMatrices() {
        Conv1dShape shape = new Conv1dShape(10, 3, 16, 100, 20, 4, false, Normalisation.NONE, HE);
        // A layer: 4·10·10 = 400 and 10 biases.
        assertThat(shape.nonEmbeddingParams()).isEqualTo(3 * 410 + 200);
        assertThat(shape.totalParams()).isEqualTo(3 * 410 + 200 + 1000);
        assertThat(shape.forwardFlopsPerToken()).isEqualTo(2 * (3 * 400 + 200));
    }

    @Test
    void separableConvolutionHasAKernelOfColumnsAndOneMatrix() {
        Conv1dShape shape = new Conv1dShape(10, 3, 16, 100, 20, 4, true, Normalisation.NONE, HE);
        // A layer: depthwise 4·10 = 40, pointwise 10·10 = 100 and 10 biases.
        assertThat(shape.nonEmbeddingParams()).isEqualTo(3 * 150 + 200);
        assertThat(shape.forwardFlopsPerToken()).isEqualTo(2 * (3 * 140 + 200));
    }

    @Test
    void perceptronSeesItsWindowInTheFirstLayerAlone() {
        MlpShape shape = new MlpShape(10, 3, 16, 100, 20, 4, Normalisation.NONE, HE);
        // First layer 4·10·10 and 10 biases, two more of 10·10 and 10.
        assertThat(shape.nonEmbeddingParams()).isEqualTo(410 + 110 + 110 + 200);
        assertThat(shape.forwardFlopsPerToken()).isEqualTo(2 * (400 + 100 + 100 + 200));
    }

    @Test
    void normHasGainAndShiftAndTakesTheBiasesPlace() {
        Conv1dShape convolution = new Conv1dShape(10, 3, 16, 100, 20, 4, false, Normalisation.LAYER, HE);
        LstmShape lstm = new LstmShape(10, 3, 16, 100, 20, Normalisation.BATCH, Initialisation.XAVIER);
        assertThat(convolution.nonEmbeddingParams()).isEqualTo(3 * (400 + 20) + 200);
        assertThat(lstm.nonEmbeddingParams()).as("its gates keep theirs").isEqualTo(3 * (840 + 20) + 200);
    }

    @ParameterizedTest
    @MethodSource("io.isoloss.jobs.model.LayeredModelTest#shapes")
    void countIsThatOfDl4jAndSurvivesJson(LayeredShape shape) {
        ComputationGraphConfiguration written = LayerChain.of(shape, DataType.FLOAT, GraphOptimiser.NONE);
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(written.toJson());
        assertThat(read.toJson()).isEqualTo(written.toJson());
        ComputationGraph graph = new ComputationGraph(read);
        graph.init();
        // DL4J counts the two running statistics of each column of a batch norm, which nothing trains.
        long statistics = shape.normalisation() == Normalisation.BATCH ? 2L * shape.layers() * shape.width() : 0;
        assertThat(graph.numParams()).isEqualTo(shape.totalParams() + statistics);
    }

    @ParameterizedTest
    @MethodSource("io.isoloss.jobs.model.LayeredModelTest#shapes")
    void headStandsLastInTheVector(LayeredShape shape) {
        try (Model model = shape.create(1, 1)) {
            assertThat(shape.paramsBelow(shape.layers()) + (long) shape.width() * shape.outputs())
                    .isEqualTo(model.weights().length());
        }
        assertThat(shape.paramsBelow(0)).isEqualTo((long) shape.vocabulary() * shape.width());
        assertThat(shape.withOutputs(3).outputs()).isEqualTo(3);
    }

    @Test
    void badShapesAreRefused() {
        assertThatThrownBy(() -> new MlpShape(10, 3, 16, 100, 20, 17, Normalisation.NONE, HE))
                .hasMessage("Invalid MLP (want a window of at least 1 and at most the context of 16): window 17");
        assertThatThrownBy(() -> new LstmShape(0, 3, 16, 100, 20, Normalisation.NONE, HE))
                .hasMessageContaining("width 0");
        assertThatThrownBy(() -> new Initialisation(Initialisation.Scheme.NORMAL, null))
                .hasMessageContaining("want a positive deviation with normal");
        assertThatThrownBy(() -> new Initialisation(Initialisation.Scheme.HE, 0.1))
                .hasMessageContaining("none with the others");
    }
}
