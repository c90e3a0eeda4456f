package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a {@link PositionedEmbedding}. */
final class PositionedEmbeddingLayer extends ListedLayer<PositionedEmbedding> {
    private int[] ids;

    PositionedEmbeddingLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    void addForward(Buffers buffers, Operations forward) {
        ids = new int[buffers.rows];
        out = buffers.rows(buffers.shape.width());
        forward.embed(ids, getParam(PositionedEmbedding.TOKENS), getParam(PositionedEmbedding.POSITIONS), out);
    }

    @Override
    void addBackward(Buffers buffers, Operations backward) {
        dOut = buffers.rows(buffers.shape.width());
        dIn = dOut;
        backward.embedBackward(
                ids,
                dOut,
                gradientViews.get(PositionedEmbedding.TOKENS),
                gradientViews.get(PositionedEmbedding.POSITIONS));
    }

    @Override
    void read(INDArray input) {
        INDArray whole = contiguous(input);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) whole.getDouble(i / whole.size(1), i % whole.size(1));
        }
    }

    /** Token ids have no gradient. */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
        return new Pair<>(super.backpropGradient(epsilon, workspace).getFirst(), null);
    }
}
