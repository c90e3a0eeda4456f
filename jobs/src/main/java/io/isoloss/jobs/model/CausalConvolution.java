package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A convolution over a token and those before it, plain or depthwise; before the first stand zeros. DL4J's own Convolution1D
 * knows no depthwise form, and backward it takes [batch, context, columns] for [batch, columns, context].
 */
public final class CausalConvolution extends SequenceLayer {
    static final String WEIGHT = "W";
    static final String BIAS = "b";

    private int kernel;
    private boolean depthwise;
    private boolean biased;

    /** For JSON. */
    CausalConvolution() {}

    CausalConvolution(long inputs, long outputs, int kernel, boolean depthwise, boolean biased) {
        super(inputs, outputs);
        this.kernel = kernel;
        this.depthwise = depthwise;
        this.biased = biased;
    }

    @Override
    List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(
                depthwise
                        ? Tensor.matrix(WEIGHT, kernel, kernel, kernel, 1, getNIn(), 1)
                        : Tensor.matrix(WEIGHT, kernel * getNIn(), kernel * getNOut(), kernel, getNIn(), getNOut()));
        if (biased) {
            tensors.add(Tensor.bias(BIAS, getNOut()));
        }
        return tensors;
    }

    @Override
    Layer computing(NeuralNetConfiguration configuration, DataType type) {
        return new CausalConvolutionLayer(configuration, type);
    }

    public int getKernel() {
        return kernel;
    }

    public boolean isDepthwise() {
        return depthwise;
    }

    public boolean isBiased() {
        return biased;
    }
}
