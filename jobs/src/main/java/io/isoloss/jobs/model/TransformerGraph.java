package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A transformer as a chain of DL4J layers: embedding, blocks, norm, head. */
final class TransformerGraph {
    private TransformerGraph() {}

    static ComputationGraphConfiguration of(TransformerShape shape, DataType type, GraphOptimiser optimiser) {
        GraphBuilder graph = optimiser
                .builder(type)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs(LayerChain.INPUT);
        int width = shape.width();
        add(
                graph,
                optimiser,
                "embedding",
                new PositionedEmbedding(shape.vocabulary(), width, shape.context()),
                LayerChain.INPUT);
        String last = "embedding";
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "block-" + layer;
            add(graph, optimiser, name, new TransformerBlock(width, shape.heads()), last);
            last = name;
        }
        add(graph, optimiser, "norm", new RootMeanSquareNorm(width), last);
        add(graph, optimiser, LayerChain.HEAD, LayerChain.head(shape), "norm");
        return graph.setOutputs(LayerChain.HEAD).build();
    }

    private static void add(GraphBuilder graph, GraphOptimiser optimiser, String name, Layer layer, String last) {
        optimiser.decay(layer);
        graph.addLayer(name, layer, last);
    }

    /**
     * Copies between the vectors of a model and a graph, which differ in the order of the head: [width, outputs] in c order
     * and in f order.
     */
    static void copy(TransformerShape shape, INDArray from, INDArray to, boolean toGraph) {
        long head = (long) shape.width() * shape.outputs();
        long body = from.length() - head;
        part(to, 0, body).assign(part(from, 0, body));
        INDArray source = part(from, body, from.length());
        INDArray target = part(to, body, to.length());
        long rows = toGraph ? shape.width() : shape.outputs();
        long columns = toGraph ? shape.outputs() : shape.width();
        target.reshape('c', columns, rows)
                .assign(source.reshape('c', rows, columns).transpose());
    }

    private static INDArray part(INDArray vector, long from, long to) {
        return vector.reshape(vector.length()).get(NDArrayIndex.interval(from, to));
    }
}
