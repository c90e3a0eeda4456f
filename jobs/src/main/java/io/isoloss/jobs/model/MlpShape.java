package io.isoloss.jobs.model;

/**
 * A multilayer perceptron over the embeddings of the last k tokens, side by side (Bengio et al. 2003,
 * jmlr.org/papers/v3/bengio03a), with rectifiers. Before the first token of a sequence stand zeros.
 *
 * @param window tokens that a prediction sees, k
 */
public record MlpShape(
        int width,
        int layers,
        int context,
        int vocabulary,
        int outputs,
        int window,
        Normalisation normalisation,
        Initialisation initialisation)
        implements LayeredShape {

    public MlpShape {
        ShapeChecks.require("MLP", width, layers, context, vocabulary, outputs, normalisation, initialisation);
        ShapeChecks.requireSpan("MLP", "window", window, context);
    }

    @Override
    public String family() {
        return MlpFamily.NAME;
    }

    /** k d² in the first layer, d² in each other; d biases where no norm follows. */
    @Override
    public long layerParams(int layer) {
        return (layer == 0 ? window : 1L) * width * width + normalisation.bias(width);
    }

    @Override
    public MlpShape withOutputs(int others) {
        return new MlpShape(width, layers, context, vocabulary, others, window, normalisation, initialisation);
    }

    @Override
    public long hiddenFlopsPerToken() {
        return 2 * matrices();
    }

    private long matrices() {
        return (window + layers - 1L) * width * width;
    }

    /** Output, rectified, and what their gradients pass through. */
    @Override
    public long trainingNumbers(int batch, Kernels kernels) {
        return 5L * batch * context * width;
    }

    @Override
    public long scoringNumbers(int batch, Kernels kernels) {
        return (long) batch * context * width;
    }

    @Override
    public int span() {
        return window;
    }

    /** A matrix over the last k embeddings at every position is a causal convolution of kernel k. */
    @Override
    public void hidden(LayerChain chain) {
        chain.convolution(window).normalise().rectify();
        for (int layer = 1; layer < layers; layer++) {
            chain.dense().normalise().rectify();
        }
    }
}
