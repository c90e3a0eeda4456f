package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Shapes as graphs that DL4J itself can train, with the weights of our models. */
public final class Graphs {
    private Graphs() {}

    /** A graph in single precision that begins with the weights of {@code model}, a model of this shape. */
    public static ComputationGraph of(ModelShape shape, GraphOptimiser optimiser, Model model) {
        ComputationGraph graph = new ComputationGraph(configuration(shape, DataType.FLOAT, optimiser));
        INDArray weights = model.weights();
        INDArray own = weights.dup();
        if (shape instanceof TransformerShape transformer) {
            TransformerGraph.copy(transformer, weights, own, true);
        }
        graph.init(own.reshape('c', 1, own.length()), false);
        return graph;
    }

    /** Gives {@code model} the weights of a graph of its shape. */
    public static void read(ModelShape shape, ComputationGraph graph, Model model) {
        if (shape instanceof TransformerShape transformer) {
            TransformerGraph.copy(transformer, graph.params(), model.weights(), false);
        } else {
            model.weights().assign(graph.params());
        }
    }

    static ComputationGraphConfiguration configuration(ModelShape shape, DataType type, GraphOptimiser optimiser) {
        if (shape instanceof TransformerShape transformer) {
            return TransformerGraph.of(transformer, type, optimiser);
        }
        return LayerChain.of((LayeredShape) shape, type, optimiser);
    }

    /**
     * A batch as DL4J takes it.
     *
     * @param inputs [batch, context] token ids, row-major
     * @param targets what to predict, likewise
     */
    public static MultiDataSet batch(ModelShape shape, int[] inputs, int[] targets) {
        long context = shape.context();
        INDArray features = floats(inputs).reshape('c', -1, context);
        INDArray labels = floats(targets).reshape('c', -1, context, 1);
        return new MultiDataSet(features, labels);
    }

    private static INDArray floats(int[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            floats[i] = numbers[i];
        }
        return Nd4j.createFromArray(floats);
    }
}
