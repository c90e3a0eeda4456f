package io.isoloss.analysis.law;

import java.io.Serializable;

/**
 * A parameter that a law is not linear in.
 *
 * @param letter the paper's
 * @param low least value that a search starts from
 * @param high largest such value
 * @param least bound below which no fit goes
 * @param most bound above which no fit goes
 */
public record Shape(String letter, double low, double high, double least, double most) implements Serializable {
    /** An exponent of a power law: searched from .02 to 2. Outside .001 to 10 the term has left the data. */
    public static Shape exponent(String letter) {
        return new Shape(letter, 0.02, 2, 1e-3, 10);
    }
}
