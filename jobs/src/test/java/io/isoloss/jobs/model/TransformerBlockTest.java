package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class TransformerBlockTest {
    private static final TransformerShape SHAPE = new TransformerShape(8, 2, 2, 5, 11);

    private static INDArray numbers(SplittableRandom random, int below, long... dimensions) {
        double[] values = random.ints(15, 0, below).asDoubleStream().toArray();
        return Nd4j.create(values, dimensions, DataType.DOUBLE);
    }

    @Test
    void passesTheGradientCheckOfDl4j() {
        ComputationGraph graph = new ComputationGraph(TransformerGraph.of(SHAPE, DataType.DOUBLE, GraphOptimiser.NONE));
        graph.init();
        SplittableRandom random = new SplittableRandom(3);
        INDArray inputs = numbers(random, 11, 3, 5);
        INDArray labels = numbers(random, 11, 3, 5, 1);
        DataType before = Nd4j.dataType();
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE); // what the check asks for
        try {
            // Central differences err by ε² f'''/6 and by rounding, 1e-16 · score / ε: both below 1e-8 at ε = 1e-6.
            assertThat(GradientCheckUtil.checkGradients(new GradientCheckUtil.GraphConfig()
                            .net(graph)
                            .epsilon(1e-6)
                            .maxRelError(1e-4)
                            .minAbsoluteError(1e-8)
                            .inputs(new INDArray[] {inputs})
                            .labels(new INDArray[] {labels})))
                    .isTrue();
        } finally {
            Nd4j.setDefaultDataTypes(before, before);
        }
    }

    @Test
    void configurationSurvivesJson() {
        ComputationGraphConfiguration written =
                TransformerGraph.of(SHAPE, DataType.FLOAT, new GraphOptimiser(new Adam(0.01), 0.1, 1));
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(written.toJson());
        assertThat(read.toJson()).isEqualTo(written.toJson()).contains("TransformerBlock", "\"heads\" : 2");
        ComputationGraph graph = new ComputationGraph(read);
        graph.init();
        assertThat(graph.numParams()).isEqualTo(SHAPE.totalParams());
    }

    @Test
    void learnsInAComputationGraph() {
        GraphOptimiser adam = new GraphOptimiser(new Adam(0.01), 0, 0);
        SplittableRandom random = new SplittableRandom(3);
        int[] tokens = random.ints(4 * 5, 0, 11).toArray();
        try (Model model = SHAPE.create(4, 1)) {
            ComputationGraph graph = Graphs.of(SHAPE, adam, model);
            for (int step = 0; step < 150; step++) {
                graph.fit(Graphs.batch(SHAPE, tokens, tokens));
            }
            Graphs.read(SHAPE, graph, model);
            double[] losses = new double[tokens.length];
            model.forward(tokens, tokens, losses);
            for (double loss : losses) {
                assertThat(loss).as("each token from itself, of ln 11 at first").isLessThan(0.1);
            }
        }
    }
}
