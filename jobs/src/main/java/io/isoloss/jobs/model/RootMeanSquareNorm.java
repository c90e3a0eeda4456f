package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** Each row over its root mean square, without gain (Zhang &amp; Sennrich 2019, arXiv:1910.07467). */
public final class RootMeanSquareNorm extends SequenceLayer {

    /** For JSON. */
    RootMeanSquareNorm() {}

    RootMeanSquareNorm(int width) {
        super(width, width);
    }

    @Override
    List<Tensor> tensors() {
        return List.of();
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new RootMeanSquareNormLayer(configuration, type);
    }
}
