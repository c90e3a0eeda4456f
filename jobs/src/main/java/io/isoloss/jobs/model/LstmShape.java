package io.isoloss.jobs.model;

/**
 * Stacked long short-term memories (Hochreiter &amp; Schmidhuber 1997; forget gates of Gers, Schmidhuber &amp; Cummins 2000, no
 * peepholes). A norm stands on each layer's output.
 */
public record LstmShape(
        int width,
        int layers,
        int context,
        int vocabulary,
        int outputs,
        Normalisation normalisation,
        Initialisation initialisation)
        implements LayeredShape {

    public LstmShape {
        ShapeChecks.require("LSTM", width, layers, context, vocabulary, outputs, normalisation, initialisation);
    }

    @Override
    public String family() {
        return LstmFamily.NAME;
    }

    /** Four gates, each with d² weights on the input, d² on the last output, and d biases. */
    @Override
    public long layerParams(int layer) {
        return matrices() + 4L * width;
    }

    @Override
    public LstmShape withOutputs(int others) {
        return new LstmShape(width, layers, context, vocabulary, others, normalisation, initialisation);
    }

    @Override
    public long hiddenFlopsPerToken() {
        return 2L * layers * matrices();
    }

    private long matrices() {
        return 8L * width * width;
    }

    /**
     * Gates and their gradients are eight, the rest of what it keeps and hands on another eight; beside them, passes over one
     * position, or copies that ND4J takes to Java's numbers and back.
     */
    @Override
    public long trainingNumbers(int batch, Kernels kernels) {
        long states = (long) batch * width;
        return 16L * context * states
                + (kernels == Kernels.ND4J ? 21L * context * states + 8L * width * width + 12L * width : 10 * states);
    }

    @Override
    public long scoringNumbers(int batch, Kernels kernels) {
        long states = (long) batch * width;
        return 9L * context * states
                + (kernels == Kernels.ND4J ? 11L * context * states + 4L * width * width + 8L * width : 5 * states);
    }

    @Override
    public int span() {
        return 0;
    }

    @Override
    public void hidden(LayerChain chain) {
        for (int layer = 0; layer < layers; layer++) {
            chain.lstm().normalise();
        }
    }
}
