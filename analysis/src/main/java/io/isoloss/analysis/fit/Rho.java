package io.isoloss.analysis.fit;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a residual r costs: rho(r), from squares to absolute deviations.
 *
 * @param kind its form
 * @param delta residual beyond which the cost grows as |r| rather than r^2; infinite for squares
 * @param quantile share of the cost's weight on points above the law: 0.5 weighs both sides alike
 */
public record Rho(Kind kind, double delta, double quantile) implements Serializable {
    /** Forms of the cost. */
    public enum Kind {
        /** r^2/2 within delta, delta (|r| - delta/2) beyond (Huber 1964; Hoffmann et al. 2022, equation 3). */
        HUBER,
        /** The mean of r^2. */
        MSE,
        /** The sum of |r|: least absolute deviations. */
        LAD,
        /**
         * Huber's with 2 quantile on points above the law and 2 (1 - quantile) on those below (Koenker and Bassett 1978,
         * smoothed): a recipe can only spoil a loss, so a low quantile follows the best runs.
         */
        ASYMMETRIC;

        /** The name that commands and files use. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Smoothing of |r|. The minimum of the smoothed sum lies above that of the sum by at most a quarter of this for each
     * parameter, and residuals are exact to 1e-16.
     */
    private static final double SHARPEST = 1e-10;

    public Rho {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("Invalid delta (want positive): " + delta);
        }
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException("Invalid quantile (want above 0 and below 1): " + quantile);
        }
    }

    /** Huber's cost. */
    public static Rho huber(double delta) {
        return new Rho(Kind.HUBER, delta, 0.5);
    }

    /** Squares. */
    public static Rho squares() {
        return new Rho(Kind.MSE, Double.POSITIVE_INFINITY, 0.5);
    }

    /** Absolute deviations. */
    public static Rho absolute() {
        return new Rho(Kind.LAD, SHARPEST, 0.5);
    }

    /** Huber's cost, tilted. */
    public static Rho asymmetric(double delta, double quantile) {
        return new Rho(Kind.ASYMMETRIC, delta, quantile);
    }

    /** The same with another delta. */
    Rho withDelta(double other) {
        return new Rho(kind, other, quantile);
    }

    /** Weight of the side that r is on; a residual below 0 is a point above the law. */
    private double side(double r) {
        return quantile == 0.5 ? 1 : 2 * (r < 0 ? quantile : 1 - quantile);
    }

    /** rho(r) as solvers take it; {@link #objective} states it. */
    double value(double r) {
        double size = Math.abs(r);
        return side(r) * (size <= delta ? r * r / 2 : delta * (size - delta / 2));
    }

    /** rho'(r). */
    double slope(double r) {
        return side(r) * Math.max(-delta, Math.min(delta, r));
    }

    /** rho''(r), 0 beyond delta. */
    double curvature(double r) {
        return Math.abs(r) <= delta ? side(r) : 0;
    }

    /** rho'(r) / r: the weight of iteratively reweighted least squares. */
    double weight(double r) {
        return side(r) * (Math.abs(r) <= delta ? 1 : delta / Math.abs(r));
    }

    /** The objective as it is stated: the sum of costs, the mean of squares, or the sum of absolute values. */
    double objective(double[] residuals, double[] weights) {
        double sum = 0;
        for (int i = 0; i < residuals.length; i++) {
            double r = residuals[i];
            sum += weights[i]
                    * switch (kind) {
                        case HUBER, ASYMMETRIC -> value(r);
                        case MSE -> r * r / residuals.length;
                        case LAD -> Math.abs(r);
                    };
        }
        return sum;
    }

    /** How the objective adds its points up. */
    String reduction() {
        return kind == Kind.MSE ? "mean" : "sum";
    }
}
