package io.isoloss.analysis.fit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a solver sees of some samples.
 *
 * @param x predictors, [point][variable]
 * @param y measured response, [point]
 * @param weights of the points in the objective, [point]
 * @param families place of the family that each point is drawn with, [point]; 0 to familyCount - 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Points(double[][] x, double[] y, double[] weights, int[] families, int familyCount) {
    static Points of(List<Sample> samples, FitOptions options) {
        int n = samples.size();
        double[][] x = new double[n][];
        double[] y = new double[n];
        int[] families = new int[n];
        Map<String, Integer> places = new HashMap<>();
        int count = 0;
        for (int i = 0; i < n; i++) {
            Sample sample = samples.get(i);
            x[i] = sample.x();
            y[i] = sample.y();
            Integer known =
                    options.byFamily() && sample.family() != null ? places.putIfAbsent(sample.family(), count) : null;
            families[i] = known == null ? count++ : known;
        }
        return new Points(x, y, weights(samples, options), families, count);
    }

    /** 1, or the inverse variances of the residuals over their median. */
    private static double[] weights(List<Sample> samples, FitOptions options) {
        double[] weights = new double[samples.size()];
        if (!options.weighted()) {
            Arrays.fill(weights, 1);
            return weights;
        }
        for (int i = 0; i < weights.length; i++) {
            Sample sample = samples.get(i);
            double error = sample.standardError() / (options.residuals() == Residuals.LOG ? sample.y() : 1);
            weights[i] = 1 / (error * error);
        }
        double[] sorted = weights.clone();
        Arrays.sort(sorted);
        double median = Estimate.quantile(sorted, 0.5);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= median;
        }
        return weights;
    }

    int count() {
        return y.length;
    }

    /** Some of the points; the count of families stays. */
    Points at(int[] places) {
        double[][] someX = new double[places.length][];
        int[] someFamilies = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            someX[i] = x[places[i]];
            someFamilies[i] = families[places[i]];
        }
        return new Points(someX, at(y, places), at(weights, places), someFamilies, familyCount);
    }

    static double[] at(double[] column, int[] places) {
        double[] some = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            some[i] = column[places[i]];
        }
        return some;
    }
}
