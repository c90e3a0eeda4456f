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

    @Override
    public void hidden(LayerChain chain) {
        for (int layer = 0; layer < layers; layer++) {
            chain.lstm().normalise();
        }
    }
}
