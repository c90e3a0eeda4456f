package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where the loss of one budget is least along ln N or ln D, or why nowhere.
 *
 * @param log the place, in natural logs; infinite if it lies beyond that end of the points, NaN if there is none
 * @param loss there, nats a token
 * @param logStandardError of the place; null if the noise of the losses is not known
 * @param replicates the place in noisy copies of the profile; empty where the standard error is derived without any
 * @param failure why there is none, as a clause; null if there is one
 */
record ProfileMinimum(double log, double loss, Double logStandardError, List<Double> replicates, String failure) {
    ProfileMinimum {
        replicates = List.copyOf(replicates);
    }

    /** A spline needs five knots before one piece is free of the slopes invented beyond its ends (Akima 1970). */
    static final int FEWEST_KNOTS = 5;
    /**
     * Runs closer than this, as those of one size are that were read off a figure, are one knot: between two so close the
     * noise of their losses is a slope that throws the spline off.
     */
    private static final double SAME = 1.05;
    /** Candidates for the minimum between two sizes, on average (Porian et al. 2024, published code). */
    private static final int CANDIDATES = 25;
    /**
     * A spline cannot tell where between two sizes its minimum lies: its standard error is at least this share of their
     * distance (Porian et al. 2024, published code).
     */
    private static final double LEAST_ERROR = 0.33;

    /** The vertex of a parabola through the points; NaN where it bends downward. */
    static ProfileMinimum parabola(List<Observation> points, ToDoubleFunction<Observation> variable, LossNoise noise) {
        Polynomial parabola = new Polynomial(
                points.stream()
                        .mapToDouble(p -> Math.log(variable.applyAsDouble(p)))
                        .toArray(),
                2);
        double[] c = parabola.coefficients(
                points.stream().mapToDouble(Observation::loss).toArray());
        if (!(c[2] > 0)) {
            return none("the curve does not bend upward");
        }
        Double error = null;
        if (noise.quantile95() != null) {
            double[] sensitivity = parabola.vertexSensitivity(c);
            double variance = 0;
            for (int i = 0; i < sensitivity.length; i++) {
                double moved = sensitivity[i] * noise.of(points.get(i));
                variance += moved * moved;
            }
            error = Math.sqrt(variance);
        }
        return new ProfileMinimum(parabola.vertex(c), parabola.valueAtVertex(c), error, List.of(), null);
    }

    /**
     * The lowest point of an Akima spline of ln loss, with runs of nearly one size averaged. With replicates and a noise, the median
     * of the lowest points of noisy copies, of which half must have one inside.
     */
    static ProfileMinimum akima(
            List<Observation> points,
            ToDoubleFunction<Observation> variable,
            LossNoise noise,
            int replicates,
            SeedDraws draws) {
        List<List<Observation>> knots = knots(points, variable);
        int n = knots.size();
        if (n < FEWEST_KNOTS) {
            return none(n + " different sizes or token counts carry no spline, which needs " + FEWEST_KNOTS);
        }
        double[] x = knots.stream()
                .mapToDouble(runs -> runs.stream()
                        .mapToDouble(run -> Math.log(variable.applyAsDouble(run)))
                        .average()
                        .orElseThrow())
                .toArray();
        double[] loss = knots.stream()
                .mapToDouble(runs ->
                        runs.stream().mapToDouble(Observation::loss).average().orElseThrow())
                .toArray();
        int candidates = (n - 1) * CANDIDATES;
        double step = (x[n - 1] - x[0]) / (candidates - 1);
        double[] grid = new double[candidates];
        for (int i = 0; i < candidates; i++) {
            grid[i] = i == candidates - 1 ? x[n - 1] : x[0] + i * step;
        }
        double[][] normals = draws.next(replicates, n);
        Akima spline = new Akima(x, logs(loss));
        int lowest = spline.lowest(grid);
        if (lowest == 0 || lowest == candidates - 1) {
            return new ProfileMinimum(
                    lowest == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY,
                    Double.NaN,
                    null,
                    List.of(),
                    "the spline is lowest at its end");
        }
        double least = Math.exp(spline.value(grid[lowest]));
        if (replicates == 0 || noise.quantile95() == null) {
            return new ProfileMinimum(grid[lowest], least, null, List.of(), null);
        }
        double[] deviations = knots.stream()
                .mapToDouble(runs -> Math.sqrt(runs.stream()
                                .mapToDouble(run -> Math.pow(noise.of(run), 2))
                                .sum())
                        / runs.size()
                        * noise.quantile95()
                        / LossNoise.NORMAL_95)
                .toArray();
        double[] inside = Arrays.stream(normals)
                .mapToInt(normal -> {
                    double[] noisy = new double[n];
                    for (int i = 0; i < n; i++) {
                        noisy[i] = loss[i] + deviations[i] * normal[i];
                    }
                    return new Akima(x, logs(noisy)).lowest(grid);
                })
                .filter(place -> place > 0 && place < candidates - 1)
                .mapToDouble(place -> grid[place])
                .toArray();
        if (inside.length < replicates / 2) {
            return none("only " + inside.length + " of " + replicates
                    + " noisy copies of the spline have a minimum inside");
        }
        double error = Math.max(deviation(inside), LEAST_ERROR * CANDIDATES * step) * replicates / inside.length;
        return new ProfileMinimum(
                median(inside), least, error, Arrays.stream(inside).boxed().toList(), null);
    }

    /** Beyond which end of the points the minimum lies: -1 the lower, 1 the upper, 0 neither. */
    int end() {
        return Double.isInfinite(log) ? (int) Math.signum(log) : 0;
    }

    /** e to the place, with the interval that {@code quantile95} standard errors give. */
    Estimate estimate(Double quantile95) {
        return around(log, logStandardError, quantile95);
    }

    /** e^log with the interval of a symmetric error in the log; open on both sides if there is none. */
    static Estimate around(double log, Double standardError, Double quantile95) {
        if (standardError == null || quantile95 == null) {
            return new Estimate(Math.exp(log), null, null, true);
        }
        double reach = standardError * quantile95;
        return new Estimate(Math.exp(log), Math.exp(log - reach), Math.exp(log + reach), true);
    }

    /** Runs by size or tokens, ascending, with those together that differ by less than {@link #SAME}. */
    private static List<List<Observation>> knots(List<Observation> points, ToDoubleFunction<Observation> variable) {
        List<List<Observation>> knots = new ArrayList<>();
        double last = 0;
        for (Observation point :
                points.stream().sorted(Comparator.comparingDouble(variable)).toList()) {
            if (variable.applyAsDouble(point) >= last * SAME) {
                knots.add(new ArrayList<>());
                last = variable.applyAsDouble(point);
            }
            knots.get(knots.size() - 1).add(point);
        }
        return knots;
    }

    private static ProfileMinimum none(String failure) {
        return new ProfileMinimum(Double.NaN, Double.NaN, null, List.of(), failure);
    }

    private static double[] logs(double[] values) {
        return Arrays.stream(values).map(Math::log).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[half]
                : Math.log((Math.exp(sorted[half - 1]) + Math.exp(sorted[half])) / 2);
    }

    /** Of a population, not of a sample. */
    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
    }
}
