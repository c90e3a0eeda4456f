package io.isoloss.jobs.model;

import java.util.Optional;

/** Multilayer perceptrons over a window of tokens. */
public record MlpFamily(
        int context,
        int vocabulary,
        int outputs,
        int window,
        Normalisation normalisation,
        Initialisation initialisation)
        implements ModelFamily {
    static final String NAME = "mlp";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<ModelShape> shape(int width, int layers) {
        return Optional.of(
                new MlpShape(width, layers, context, vocabulary, outputs, window, normalisation, initialisation));
    }
}
