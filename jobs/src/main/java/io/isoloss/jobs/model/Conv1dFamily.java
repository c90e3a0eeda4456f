package io.isoloss.jobs.model;

import java.util.Optional;

/** Stacked causal convolutions, plain or depthwise-separable. */
public record Conv1dFamily(
        int context,
        int vocabulary,
        int outputs,
        int kernel,
        boolean separable,
        Normalisation normalisation,
        Initialisation initialisation)
        implements ModelFamily {
    static final String NAME = "conv1d";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<ModelShape> shape(int width, int layers) {
        return Optional.of(new Conv1dShape(
                width, layers, context, vocabulary, outputs, kernel, separable, normalisation, initialisation));
    }
}
