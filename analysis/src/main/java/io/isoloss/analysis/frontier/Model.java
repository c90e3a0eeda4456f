package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Observation;

/**
 * A model to audit.
 *
 * @param params N, counted as in the runs behind the law
 * @param tokens D
 * @param flops training compute C; null for 6ND
 * @param loss measured loss, nats a token; null for the law's
 */
public record Model(String name, double params, double tokens, Double flops, Double loss) {
    public Model {
        positive("params", params);
        positive("tokens", tokens);
        positive("flops", flops);
        positive("loss", loss);
    }

    /** A run as a model to audit. */
    public static Model of(Observation run) {
        return new Model(run.name(), run.params(), run.tokens(), run.flops(), run.loss());
    }

    /** The same model under another name. */
    public Model named(String other) {
        return new Model(other, params, tokens, flops, loss);
    }

    private static void positive(String name, Double value) {
        if (value != null && !(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid " + name + " (want finite and positive): " + value);
        }
    }
}
