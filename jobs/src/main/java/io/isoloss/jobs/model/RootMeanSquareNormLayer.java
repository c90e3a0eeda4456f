package io.isoloss.jobs.model;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a {@link RootMeanSquareNorm}. */
final class RootMeanSquareNormLayer extends ListedLayer<RootMeanSquareNorm> {
    private INDArray roots; // [rows, 1]

    RootMeanSquareNormLayer(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    void addForward(Buffers buffers, Operations forward) {
        in = buffers.rows(buffers.shape.width());
        out = buffers.rows(buffers.shape.width());
        roots = buffers.rows(1);
        forward.normalise(in, out, roots);
    }

    @Override
    void addBackward(Buffers buffers, Operations backward) {
        dOut = buffers.rows(buffers.shape.width());
        dIn = buffers.rows(buffers.shape.width());
        backward.normaliseBackward(dOut, out, roots, dIn, false);
    }
}
