package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** From token ids [batch, context] to the sum of a token's and its position's embedding. */
public final class PositionedEmbedding extends SequenceLayer {
    static final String TOKENS = "tokens";
    static final String POSITIONS = "positions";

    private int context;

    /** For JSON. */
    PositionedEmbedding() {}

    PositionedEmbedding(int vocabulary, int width, int context) {
        super(vocabulary, width);
        this.context = context;
    }

    @Override
    List<Tensor> tensors() {
        return List.of(
                Tensor.matrix(TOKENS, 1, getNOut(), getNIn(), getNOut()),
                Tensor.matrix(POSITIONS, 1, getNOut(), context, getNOut()));
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new PositionedEmbeddingLayer(configuration, type);
    }

    public int getContext() {
        return context;
    }
}
