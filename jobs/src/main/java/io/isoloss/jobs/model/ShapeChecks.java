package io.isoloss.jobs.model;

/** What every shape of DL4J layers must hold. */
final class ShapeChecks {
    private ShapeChecks() {}

    static void require(
            String family,
            int width,
            int layers,
            int context,
            int vocabulary,
            int outputs,
            Normalisation normalisation,
            Initialisation initialisation) {
        if (width < 1 || layers < 1 || context < 1 || vocabulary < 2 || outputs < 2) {
            throw new IllegalArgumentException("Invalid " + family
                    + " (want width, layers, context >= 1, vocabulary and outputs >= 2): width " + width + ", layers "
                    + layers + ", context " + context + ", vocabulary " + vocabulary + ", outputs " + outputs);
        }
        if (normalisation == null || initialisation == null) {
            throw new IllegalArgumentException("Invalid " + family + " (want a normalisation and an initialisation)");
        }
    }

    static void requireSpan(String family, String name, int span, int context) {
        if (span < 1 || span > context) {
            throw new IllegalArgumentException("Invalid " + family + " (want a " + name
                    + " of at least 1 and at most the context of " + context + "): " + name + " " + span);
        }
    }
}
