package io.isoloss.analysis.runs;

import java.util.List;

/** The checks that records of measurements share: null means not measured, anything else must be possible. */
final class Measured {
    private Measured() {}

    static void positive(String name, Number value) {
        if (value != null && !(value.doubleValue() > 0 && Double.isFinite(value.doubleValue()))) {
            throw new IllegalArgumentException("Invalid " + name + " (want finite and positive, or null): " + value);
        }
    }

    static void notNegative(String name, Number value) {
        if (value != null && !(value.doubleValue() >= 0 && Double.isFinite(value.doubleValue()))) {
            throw new IllegalArgumentException(
                    "Invalid " + name + " (want finite and not negative, or null): " + value);
        }
    }

    static void fraction(String name, Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("Invalid " + name + " (want 0 to 1, or null): " + value);
        }
    }

    static void oneOf(String name, String value, String... allowed) {
        if (!List.of(allowed).contains(String.valueOf(value))) {
            throw new IllegalArgumentException(
                    "Invalid " + name + " (want one of " + String.join(", ", allowed) + "): " + value);
        }
    }
}
