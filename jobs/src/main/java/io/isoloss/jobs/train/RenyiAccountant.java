package io.isoloss.jobs.train;

import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.special.Gamma;

/**
 * What noisy steps on random samples of the examples give away of any one example, as (ε, δ): Rényi differential privacy
 * (Mironov 2017, arXiv:1702.07476) of the Poisson-sampled Gaussian mechanism (Mironov, Talwar &amp; Zhang 2019,
 * arXiv:1908.10530, section 3.3), summed over steps, which is the moments accountant of Abadi et al. 2016
 * (arXiv:1607.00133). Neighbouring data sets differ by one example added or removed.
 *
 * <p>An upper bound up to rounding: the series of a fractional order is cut where its terms are below e⁻³⁰ of the sum.
 */
public final class RenyiAccountant {
    /** Orders to choose the best from: finer where small noise or few steps put it. */
    private static final double[] ORDERS = orders();

    private static final double LEAST_LOG_TERM = -30;

    private RenyiAccountant() {}

    /**
     * The ε of some steps, by ε = min over orders α of steps · ρ(α) + ln(1/δ) / (α − 1) (Mironov 2017, proposition 3).
     *
     * @param samplingRate share of the examples that a step is expected to take, 0 to 1
     * @param noiseMultiplier deviation of the noise over the largest norm of an example's gradient
     * @param delta chance that the bound does not hold, above 0 and below 1
     */
    public static double epsilon(double samplingRate, double noiseMultiplier, long steps, double delta) {
        if (!(samplingRate >= 0 && samplingRate <= 1 && noiseMultiplier > 0 && delta > 0 && delta < 1 && steps >= 0)) {
            throw new IllegalArgumentException("Invalid privacy (want a sampling rate in [0, 1], a positive noise"
                    + " multiplier, steps >= 0 and delta in (0, 1)): " + samplingRate + ", " + noiseMultiplier + ", "
                    + steps + ", " + delta);
        }
        if (steps == 0 || samplingRate == 0) {
            return 0;
        }
        return Arrays.stream(ORDERS)
                .map(order -> steps * divergence(samplingRate, noiseMultiplier, order) - Math.log(delta) / (order - 1))
                .min()
                .orElseThrow();
    }

    /** Rényi divergence of one step at an order above 1, in nats. */
    static double divergence(double samplingRate, double noiseMultiplier, double order) {
        if (samplingRate == 1) {
            return order / (2 * noiseMultiplier * noiseMultiplier);
        }
        double logMoment = order == Math.rint(order)
                ? atInteger(samplingRate, noiseMultiplier, (int) order)
                : atFraction(samplingRate, noiseMultiplier, order);
        return logMoment / (order - 1);
    }

    /** ln Σ over k of C(α, k) (1 − q)^(α − k) q^k exp((k² − k) / 2σ²). */
    private static double atInteger(double q, double sigma, int order) {
        double sum = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= order; k++) {
            double logBinomial =
                    Gamma.logGamma(order + 1.0) - Gamma.logGamma(k + 1.0) - Gamma.logGamma(order - k + 1.0);
            double term = logBinomial
                    + k * Math.log(q)
                    + (order - k) * Math.log1p(-q)
                    + ((double) k * k - k) / (2 * sigma * sigma);
            sum = logAdd(sum, term);
        }
        return sum;
    }

    /** The integral split where both densities meet, each half a binomial series of alternating tail. */
    private static double atFraction(double q, double sigma, double order) {
        double meet = sigma * sigma * Math.log(1 / q - 1) + 0.5;
        double below = Double.NEGATIVE_INFINITY; // logs of the two sums
        double above = Double.NEGATIVE_INFINITY;
        double logBinomial = 0; // of |C(α, i)|
        double sign = 1;
        for (int i = 0; ; i++) {
            double rest = order - i;
            double logBelow = logBinomial
                    + i * Math.log(q)
                    + rest * Math.log1p(-q)
                    + ((double) i * i - i) / (2 * sigma * sigma)
                    + logTail((i - meet) / (Math.sqrt(2) * sigma));
            double logAbove = logBinomial
                    + rest * Math.log(q)
                    + i * Math.log1p(-q)
                    + (rest * rest - rest) / (2 * sigma * sigma)
                    + logTail((meet - rest) / (Math.sqrt(2) * sigma));
            below = sign > 0 ? logAdd(below, logBelow) : logSubtract(below, logBelow);
            above = sign > 0 ? logAdd(above, logAbove) : logSubtract(above, logAbove);
            if (i > order && Math.max(logBelow, logAbove) < LEAST_LOG_TERM) {
                return logAdd(below, above);
            }
            logBinomial += Math.log(Math.abs(rest)) - Math.log(i + 1.0);
            sign *= Math.signum(rest);
        }
    }

    /** ln (erfc(x) / 2). */
    private static double logTail(double x) {
        if (x < 25) {
            return Math.log(Erf.erfc(x) / 2);
        }
        // erfc underflows; its asymptotic series (Abramowitz and Stegun 7.1.23) is exact to 1e-6 here.
        double inverse = 1 / (2 * x * x);
        return -x * x - Math.log(2 * x * Math.sqrt(Math.PI)) + Math.log1p(-inverse + 3 * inverse * inverse);
    }

    private static double logAdd(double a, double b) {
        double high = Math.max(a, b);
        return high == Double.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
    }

    private static double logSubtract(double a, double b) {
        if (b == Double.NEGATIVE_INFINITY) {
            return a;
        }
        if (b > a) {
            throw new ArithmeticException("Cannot subtract: a sum of probabilities fell below zero");
        }
        return a == b ? Double.NEGATIVE_INFINITY : a + Math.log1p(-Math.exp(b - a));
    }

    private static double[] orders() {
        double[] orders = new double[99 + 53 + 8];
        int count = 0;
        for (int i = 1; i <= 99; i++) {
            orders[count++] = 1 + i / 10.0;
        }
        for (int order = 11; order <= 63; order++) {
            orders[count++] = order;
        }
        for (int order = 64; order <= 64 << 7; order *= 2) {
            orders[count++] = order;
        }
        return orders;
    }
}
