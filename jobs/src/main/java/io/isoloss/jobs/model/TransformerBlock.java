package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * One block of our transformer as a DL4J layer: RMS norm, causal attention, RMS norm, ReLU MLP of four times the width, each
 * half added to the residual stream, no biases and no gains.
 */
public final class TransformerBlock extends SequenceLayer {
    static final String QKV = "qkv";
    static final String OUT = "out";
    static final String UP = "up";
    static final String DOWN = "down";

    private int heads;

    /** For JSON. */
    TransformerBlock() {}

    /** @param heads that divide the width */
    public TransformerBlock(int width, int heads) {
        super(width, width);
        this.heads = heads;
    }

    @Override
    List<Tensor> tensors() {
        long width = getNIn();
        return List.of(
                Tensor.matrix(QKV, width, width, width, 3 * width),
                Tensor.matrix(OUT, width, width, width, width),
                Tensor.matrix(UP, width, 4 * width, width, 4 * width),
                Tensor.matrix(DOWN, 4 * width, width, 4 * width, width));
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new TransformerBlockLayer(configuration, type);
    }

    public int getHeads() {
        return heads;
    }
}
