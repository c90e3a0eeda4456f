package io.isoloss.analysis.law;

/** Logarithms and exponentials of sums, in forms that neither overflow nor cancel. */
final class Smooth {
    /** Natural logarithm that stands for that of nothing: e^-700 is 1e-304. */
    static final double LOG_NOTHING = -700;

    private Smooth() {}

    /** ln(1 + e^z). */
    static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    /** 1 / (1 + e^-z), the derivative of {@link #softplus}. */
    static double logistic(double z) {
        double e = Math.exp(-Math.abs(z));
        return z >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /** ln(e^p + e^q). */
    static double logSum(double p, double q) {
        return Math.max(p, q) + Math.log1p(Math.exp(-Math.abs(p - q)));
    }

    /** ln(1 - e^-q), for q above 0. */
    static double logOneLess(double q) {
        return Math.log(-Math.expm1(-q));
    }
}
