package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Builds the DL4J configuration of a shape: a chain from token ids [batch, context] over sequences [batch, context, width]
 * to a softmax over the outputs. Labels are class numbers, [batch, context, 1].
 */
final class LayerChain {
    static final String INPUT = "tokens";
    static final String HEAD = "head";

    private final LayeredShape shape;
    private final GraphOptimiser optimiser;
    private final ComputationGraphConfiguration.GraphBuilder graph;
    private String last = INPUT;
    private boolean rows; // whether the stream is viewed as [batch × context, width]
    private int count;

    private LayerChain(LayeredShape shape, DataType type, GraphOptimiser optimiser) {
        this.shape = shape;
        this.optimiser = optimiser;
        this.graph = optimiser
                .builder(type)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs(INPUT);
    }

    /** @param optimiser what {@code fit} steps by; our own training does not ask it */
    static ComputationGraphConfiguration of(LayeredShape shape, DataType type, GraphOptimiser optimiser) {
        LayerChain chain = new LayerChain(shape, type, optimiser);
        chain.embed();
        shape.hidden(chain);
        chain.head();
        return chain.graph.setOutputs(HEAD).build();
    }

    LayerChain convolution(int kernel) {
        int width = shape.width();
        boolean biased = shape.normalisation() == Normalisation.NONE;
        return addToSequences("convolution", new CausalConvolution(width, width, kernel, false, biased));
    }

    /** Without bias: the pointwise layer after it has one. */
    LayerChain depthwise(int kernel) {
        return addToSequences("depthwise", new CausalConvolution(shape.width(), shape.width(), kernel, true, false));
    }

    /** A matrix at every position. DL4J's DenseLayer takes three times as long over the same rows. */
    LayerChain dense() {
        return convolution(1);
    }

    LayerChain lstm() {
        return addToSequences("lstm", new LongShortTermMemory(shape.width()));
    }

    LayerChain normalise() {
        return switch (shape.normalisation()) {
            case NONE -> this;
            case LAYER -> addAsItIs("norm", new LayerNormalisation(shape.width()));
            case BATCH ->
                addToRows(
                        "norm",
                        new BatchNormalization.Builder()
                                .nIn(shape.width())
                                .nOut(shape.width())
                                .build());
        };
    }

    LayerChain rectify() {
        return addAsItIs("relu", new ActivationLayer(Activation.RELU));
    }

    private void embed() {
        addAsItIs(
                "embedding",
                new EmbeddingSequenceLayer.Builder()
                        .nIn(shape.vocabulary())
                        .nOut(shape.width())
                        .inputLength(shape.context())
                        .inferInputLength(false)
                        .outputDataFormat(RNNFormat.NWC)
                        .build());
    }

    private void head() {
        count = -1;
        addToSequences(HEAD, head(shape));
    }

    /** Softmax over the outputs without bias; labels are class numbers. */
    static Layer head(ModelShape shape) {
        return new RnnOutputLayer.Builder(new LossSparseMCXENT())
                .nIn(shape.width())
                .nOut(shape.outputs())
                .hasBias(false)
                .activation(Activation.SOFTMAX)
                .dataFormat(RNNFormat.NWC)
                .build();
    }

    private LayerChain addToSequences(String kind, Layer layer) {
        if (!rows) {
            return addAsItIs(kind, layer);
        }
        rows = false;
        String name = name(kind);
        optimiser.decay(layer);
        graph.addLayer(name, layer, new SequenceToRows.Back(shape.context()), last);
        last = name;
        return this;
    }

    private LayerChain addToRows(String kind, Layer layer) {
        if (rows) {
            return addAsItIs(kind, layer);
        }
        rows = true;
        String name = name(kind);
        optimiser.decay(layer);
        graph.addLayer(name, layer, new SequenceToRows(shape.context()), last);
        last = name;
        return this;
    }

    private LayerChain addAsItIs(String kind, Layer layer) {
        String name = name(kind);
        optimiser.decay(layer);
        graph.addLayer(name, layer, last);
        last = name;
        return this;
    }

    private String name(String kind) {
        return kind.equals(HEAD) ? kind : kind + "-" + count++;
    }
}
