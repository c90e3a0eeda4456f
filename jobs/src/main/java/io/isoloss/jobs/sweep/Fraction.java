package io.isoloss.jobs.sweep;

/** A check that records of recipes share. */
final class Fraction {
    private Fraction() {}

    static void require(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("Invalid " + what + " (want in [0, 1]): " + value);
        }
    }
}
