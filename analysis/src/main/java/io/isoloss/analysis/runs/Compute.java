package io.isoloss.analysis.runs;

/**
 * Training compute C in floating-point operations, under two conventions.
 *
 * @param flopsExact layer by layer, attention over the context and logits included
 * @param flops6nd 6ND
 */
public record Compute(Double flopsExact, Double flops6nd) {
    public static final Compute NONE = new Compute(null, null);

    public Compute {
        Measured.positive("flops_exact", flopsExact);
        Measured.positive("flops_6nd", flops6nd);
    }
}
