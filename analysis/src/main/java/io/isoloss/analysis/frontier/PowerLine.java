package io.isoloss.analysis.frontier;

/**
 * N_opt(C) = coefficient C^exponent: a straight line in logs.
 *
 * @param coefficient parameters at C = 1 FLOP
 */
public record PowerLine(double coefficient, double exponent) {
    /** Least squares through points in natural logs. */
    static PowerLine through(double[] logFlops, double[] logParams) {
        int n = logFlops.length;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < n; i++) {
            meanX += logFlops[i] / n;
            meanY += logParams[i] / n;
        }
        double xy = 0;
        double xx = 0;
        for (int i = 0; i < n; i++) {
            xy += (logFlops[i] - meanX) * (logParams[i] - meanY);
            xx += (logFlops[i] - meanX) * (logFlops[i] - meanX);
        }
        double slope = xy / xx;
        return new PowerLine(Math.exp(meanY - slope * meanX), slope);
    }

    /** N_opt at {@code flops}. */
    public double optimalParams(double flops) {
        return coefficient * Math.pow(flops, exponent);
    }
}
