package io.isoloss.jobs.model;

import java.util.Optional;

/** Stacked LSTMs. */
public record LstmFamily(
        int context, int vocabulary, int outputs, Normalisation normalisation, Initialisation initialisation)
        implements ModelFamily {
    static final String NAME = "lstm";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<ModelShape> shape(int width, int layers) {
        return Optional.of(new LstmShape(width, layers, context, vocabulary, outputs, normalisation, initialisation));
    }
}
