package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

class GraphsTest {
    private static final int BATCH = 3;

    static Stream<ModelShape> shapes() {
        return Stream.concat(
                LayeredModelTest.shapes(),
                Stream.of(new TransformerShape(8, 2, 2, 5, 7, 5), new TransformerShape(6, 1, 1, 4, 9)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void graphHasTheLossesAndGradientsOfTheModel(ModelShape shape) {
        SplittableRandom random = new SplittableRandom(5);
        int rows = BATCH * shape.context();
        int[] inputs = random.ints(rows, 0, shape.vocabulary()).toArray();
        int[] targets = random.ints(rows, 0, shape.outputs()).toArray();
        double[] losses = new double[rows];
        try (Model model = shape.create(BATCH, 1)) {
            for (long i = 0; i < model.weights().length(); i++) {
                model.weights().putScalar(i, model.weights().getDouble(i) + 0.3 * random.nextGaussian());
            }
            ComputationGraph graph = Graphs.of(shape, GraphOptimiser.NONE, model);
            MultiDataSet batch = Graphs.batch(shape, inputs, targets);
            graph.setInputs(batch.getFeatures());
            graph.setLabels(batch.getLabels());
            graph.computeGradientAndScore();
            model.forward(inputs, targets, losses);
            model.backward();

            // DL4J's score is a sequence's summed loss, averaged over sequences; float32 sums of 15 losses.
            double loss = Arrays.stream(losses).sum() / BATCH;
            assertThat(graph.score()).isCloseTo(loss, within(1e-5 * loss));
            INDArray dl4j =
                    graph.getFlattenedGradients().reshape(model.weights().length());
            if (shape instanceof TransformerShape transformer) {
                INDArray inOurOrder = dl4j.ulike();
                TransformerGraph.copy(transformer, dl4j, inOurOrder, false);
                dl4j = inOurOrder;
            }
            for (long i = 0; i < model.weights().length(); i++) {
                double ours = model.gradients().getDouble(i);
                if (ours != 0) { // running statistics have none of ours, and DL4J's way to move them
                    assertThat(dl4j.getDouble(i))
                            .as("%s, weight %d", shape, i)
                            .isCloseTo(ours, within(1e-4 * (1 + Math.abs(ours)))); // float32 through two layers
                }
            }
        }
    }
}
