package io.isoloss.jobs.model;

import java.io.Serializable;

/**
 * How the matrices of hidden layers begin: Gaussian, of a deviation that depends on how many numbers a sum runs over.
 *
 * @param deviation of {@link Scheme#NORMAL}; null for the others
 */
public record Initialisation(Scheme scheme, Double deviation) implements Serializable {

    /** He et al. 2015, which the rectifier wants. */
    public static final Initialisation HE = new Initialisation(Scheme.HE, null);

    /** Glorot &amp; Bengio 2010, which tanh wants. */
    public static final Initialisation XAVIER = new Initialisation(Scheme.XAVIER, null);

    /** LeCun et al. 1998, which keeps the scale of a sum of normed numbers. */
    static final Initialisation LECUN = new Initialisation(Scheme.LECUN, null);

    /** A variance for the entries of a matrix. */
    public enum Scheme {
        /** 2 / (inputs + outputs) (Glorot &amp; Bengio 2010, proceedings.mlr.press/v9/glorot10a, equation 12). */
        XAVIER,

        /** 2 / inputs (He et al. 2015, arXiv:1502.01852, equation 10). */
        HE,

        /** 1 / inputs (LeCun et al. 1998, Efficient BackProp, equation 16). */
        LECUN,

        /** The square of a stated deviation. */
        NORMAL
    }

    public Initialisation {
        if (scheme == null) {
            throw new IllegalArgumentException("Invalid initialisation (want a scheme)");
        }
        boolean stated = deviation != null && deviation > 0 && Double.isFinite(deviation);
        if (scheme == Scheme.NORMAL ? !stated : deviation != null) {
            throw new IllegalArgumentException(
                    "Invalid initialisation (want a positive deviation with normal and none with the others): " + scheme
                            + ", " + deviation);
        }
    }

    /**
     * Of a matrix's entries.
     *
     * @param inputs numbers that each output sums over
     * @param outputs numbers that each input goes to
     */
    double deviation(long inputs, long outputs) {
        return switch (scheme) {
            case XAVIER -> Math.sqrt(2.0 / (inputs + outputs));
            case HE -> Math.sqrt(2.0 / inputs);
            case LECUN -> Math.sqrt(1.0 / inputs);
            case NORMAL -> deviation;
        };
    }
}
