package io.isoloss.analysis.fit;

import java.util.Arrays;

/**
 * A number with its 95 % interval.
 *
 * @param value null if the data cannot pin it
 * @param low lower bound; null if open below
 * @param high upper bound; null if open above
 */
public record Estimate(Double value, Double low, Double high, boolean identified) {
    /** Share of replicates outside the interval on each side. */
    static final double TAIL = 0.025;

    /** A number that the data cannot pin, with an interval open on both sides. */
    public static final Estimate OPEN = new Estimate(null, null, null, false);

    /** {@code value} with the percentile interval of bootstrap {@code replicates}; open if there are none. */
    public static Estimate of(double value, double[] replicates) {
        if (replicates.length == 0) {
            return new Estimate(value, null, null, true);
        }
        double[] sorted = replicates.clone();
        Arrays.sort(sorted);
        return new Estimate(value, quantile(sorted, TAIL), quantile(sorted, 1 - TAIL), true);
    }

    /** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
    static double quantile(double[] sorted, double probability) {
        double place = probability * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
