package io.isoloss.jobs.model;

import java.util.Optional;

/**
 * Decoder-only transformers.
 *
 * @param headWidth wanted width of an attention head; narrower models have one head
 * @param context tokens that a prediction can see
 * @param vocabulary token ids
 * @param outputs what a position is predicted as
 */
public record TransformerFamily(int headWidth, int context, int vocabulary, int outputs) implements ModelFamily {
    static final String NAME = "transformer";

    public TransformerFamily {
        if (headWidth < 1 || context < 1 || vocabulary < 2 || outputs < 2) {
            throw new IllegalArgumentException(
                    "Invalid transformer family (want head width and context >= 1, vocabulary"
                            + " and outputs >= 2): head width " + headWidth + ", context " + context + ", vocabulary "
                            + vocabulary + ", outputs " + outputs);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Empty where the heads would not divide the width. */
    @Override
    public Optional<ModelShape> shape(int width, int layers) {
        int heads = Math.max(1, width / headWidth);
        return width % heads == 0
                ? Optional.of(new TransformerShape(width, layers, heads, context, vocabulary, outputs))
                : Optional.empty();
    }
}
