package io.isoloss.jobs.model;

/**
 * Stacked causal convolutions with rectifiers (Waibel et al. 1989; causal as in van den Oord et al. 2016,
 * arXiv:1609.03499): a prediction sees L (k − 1) + 1 tokens.
 *
 * @param kernel tokens that one convolution spans, k
 * @param separable whether each convolution is depthwise, then pointwise (Chollet 2017, arXiv:1610.02357)
 */
public record Conv1dShape(
        int width,
        int layers,
        int context,
        int vocabulary,
        int outputs,
        int kernel,
        boolean separable,
        Normalisation normalisation,
        Initialisation initialisation)
        implements LayeredShape {

    public Conv1dShape {
        ShapeChecks.require("Conv1D", width, layers, context, vocabulary, outputs, normalisation, initialisation);
        ShapeChecks.requireSpan("Conv1D", "kernel", kernel, context);
    }

    @Override
    public String family() {
        return Conv1dFamily.NAME;
    }

    /** k d², or k d + d² where separable; d biases where no norm follows. */
    @Override
    public long layerParams(int layer) {
        return matrices() + normalisation.bias(width);
    }

    @Override
    public Conv1dShape withOutputs(int others) {
        return new Conv1dShape(
                width, layers, context, vocabulary, others, kernel, separable, normalisation, initialisation);
    }

    @Override
    public long hiddenFlopsPerToken() {
        return 2L * layers * matrices();
    }

    private long matrices() {
        long square = (long) width * width;
        return separable ? (long) kernel * width + square : kernel * square;
    }

    /** As of an MLP; a depthwise convolution before it has input and gradients padded by k − 1 rows a sequence as well. */
    @Override
    public long trainingNumbers(int batch, Kernels kernels) {
        long row = (long) batch * width;
        return separable ? (10L * context + 3L * (kernel - 1)) * row : 5L * context * row;
    }

    @Override
    public long scoringNumbers(int batch, Kernels kernels) {
        long row = (long) batch * width;
        return separable ? (3L * context + kernel - 1) * row : context * row;
    }

    @Override
    public int span() {
        return kernel;
    }

    @Override
    public void hidden(LayerChain chain) {
        for (int layer = 0; layer < layers; layer++) {
            if (separable) {
                chain.depthwise(kernel).dense();
            } else {
                chain.convolution(kernel);
            }
            chain.normalise().rectify();
        }
    }
}
