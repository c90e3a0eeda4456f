package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/** Each row less its mean and over its deviation, with gain and shift (Ba, Kiros &amp; Hinton 2016, arXiv:1607.06450). */
public final class LayerNormalisation extends SequenceLayer {
    static final String GAIN = "gain";
    static final String SHIFT = "shift";

    /** For JSON. */
    LayerNormalisation() {}

    LayerNormalisation(long columns) {
        super(columns, columns);
    }

    @Override
    List<Tensor> tensors() {
        return List.of(Tensor.gain(GAIN, getNIn()), Tensor.bias(SHIFT, getNIn()));
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new LayerNormalisationLayer(configuration, type);
    }
}
