package io.isoloss.analysis.law;

import java.util.Set;

/** What the parameters of a law must satisfy. */
final class Check {
    private static final Set<Variable> SIZES = Set.of(Variable.PARAMS, Variable.TOKENS, Variable.FLOPS);

    private Check() {}

    static void positive(String letter, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid " + letter + " (want finite and positive): " + value);
        }
    }

    static void notNegative(String letter, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid " + letter + " (want finite and not negative): " + value);
        }
    }

    static void finite(String letter, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Invalid " + letter + " (want finite): " + value);
        }
    }

    /** Refuses all but params, tokens and FLOPs. */
    static void size(Variable variable) {
        if (variable == null || !SIZES.contains(variable)) {
            throw new IllegalArgumentException("Invalid variable (want PARAMS, TOKENS or FLOPS): " + variable);
        }
    }
}
