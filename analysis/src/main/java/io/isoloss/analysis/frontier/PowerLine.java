package io.isoloss.analysis.frontier;

import java.util.Arrays;

/**
 * y = coefficient C^exponent: a straight line in logs, for y the N or D of a frontier.
 *
 * @param coefficient y at C = 1 FLOP
 */
public record PowerLine(double coefficient, double exponent) {
    /** Least squares through points in natural logs, all of one weight. */
    static PowerLine through(double[] logFlops, double[] logs) {
        double[] ones = new double[logs.length];
        Arrays.fill(ones, 1);
        return through(logFlops, logs, ones);
    }

    /** Weighted least squares through points in natural logs. */
    static PowerLine through(double[] logFlops, double[] logs, double[] weights) {
        double[] leverage = leverage(logFlops, weights);
        double total = Arrays.stream(weights).sum();
        double meanX = 0;
        double meanY = 0;
        double slope = 0;
        for (int i = 0; i < logs.length; i++) {
            meanX += weights[i] / total * logFlops[i];
            meanY += weights[i] / total * logs[i];
            slope += leverage[i] * logs[i];
        }
        return new PowerLine(Math.exp(meanY - slope * meanX), slope);
    }

    /** By how much the exponent moves with each log. */
    static double[] leverage(double[] logFlops, double[] weights) {
        double total = Arrays.stream(weights).sum();
        double mean = 0;
        for (int i = 0; i < weights.length; i++) {
            mean += weights[i] / total * logFlops[i];
        }
        double xx = 0;
        for (int i = 0; i < weights.length; i++) {
            xx += weights[i] * (logFlops[i] - mean) * (logFlops[i] - mean);
        }
        double[] leverage = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            leverage[i] = weights[i] * (logFlops[i] - mean) / xx;
        }
        return leverage;
    }

    /** The line at {@code flops}. */
    public double at(double flops) {
        return coefficient * Math.pow(flops, exponent);
    }
}
