package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Loss against size at one budget, and the minimum of a parabola in log N (Hoffmann et al. 2022, section 3.2).
 *
 * @param flops the budget C, FLOPs
 * @param usable whether the minimum is one: interior, under a curve that bends upward
 * @param failure why it is not, as a sentence; null if usable
 * @param params N_opt with its 95 % interval (delta method); open if not usable
 * @param tokens D_opt = C / (6 N_opt); open if not usable
 * @param loss at the minimum, nats a token; null if not usable
 * @param curvature second coefficient of the parabola in ln N, nats a token; null with fewer than four points
 * @param curvatureStandardError likewise
 */
public record IsoFlopProfile(
        double flops,
        List<Observation> points,
        boolean usable,
        String failure,
        Estimate params,
        Estimate tokens,
        Double loss,
        Double curvature,
        Double curvatureStandardError) {
    /** Three points fix a parabola exactly and leave no residual to test its curvature with. */
    public static final int FEWEST_POINTS = 4;
    /** Points that spread further in C lie on no common budget. */
    private static final double MOST_SPREAD = 1.3;
    /** Two-sided 95 % of a normal. */
    private static final double NORMAL_95 = 1.959964;
    /** Standard errors by which the curvature must exceed zero. */
    private static final double SIGNIFICANT = 2;

    public IsoFlopProfile {
        points = List.copyOf(points);
    }

    /** Fits the points of one budget. */
    public static IsoFlopProfile of(List<Observation> points) {
        double low = points.stream().mapToDouble(Observation::flops).min().orElseThrow();
        double high = points.stream().mapToDouble(Observation::flops).max().orElseThrow();
        Double stated = points.get(0).budgetFlops();
        double flops = stated != null ? stated : geometricMean(points);
        TreeSet<Double> sizes = points.stream().map(Observation::params).collect(Collectors.toCollection(TreeSet::new));
        if (points.size() < FEWEST_POINTS || sizes.size() < 3) {
            return unusable(
                    flops,
                    points,
                    null,
                    null,
                    String.format(
                            Locale.ROOT,
                            "%d points of %d sizes cannot show a minimum: a parabola and its error need %d points of 3 sizes.",
                            points.size(),
                            sizes.size(),
                            FEWEST_POINTS));
        }
        if (stated == null && high > MOST_SPREAD * low) {
            return unusable(
                    flops,
                    points,
                    null,
                    null,
                    String.format(
                            Locale.ROOT,
                            "the points spread over C from %.3g to %.3g: they lie on no common budget.",
                            low,
                            high));
        }
        double[] x = points.stream().mapToDouble(p -> Math.log(p.params())).toArray();
        Parabola parabola = new Parabola(x);
        double[] c = parabola.coefficients(losses(points));
        RealMatrix covariance = parabola.unitCovariance().scalarMultiply(residualVariance(parabola, c, points));
        double curvatureError = Math.sqrt(covariance.getEntry(2, 2));
        String failure = failure(points, sizes, parabola, c, curvatureError);
        if (failure != null) {
            return unusable(flops, points, c[2], curvatureError, failure);
        }
        double logParams = parabola.vertex(c);
        double error = vertexError(c, covariance);
        double params = Math.exp(logParams);
        double factor = Math.exp(NORMAL_95 * error);
        double tokens = flops / (6 * params);
        return new IsoFlopProfile(
                flops,
                points,
                true,
                null,
                new Estimate(params, params / factor, params * factor, true),
                new Estimate(tokens, tokens / factor, tokens * factor, true),
                parabola.valueAtVertex(c),
                c[2],
                curvatureError);
    }

    /** Why the minimum is none; null if it is one. */
    private static String failure(
            List<Observation> points, TreeSet<Double> sizes, Parabola parabola, double[] c, double curvatureError) {
        double inside = lowestLoss(points, size -> size > sizes.first() && size < sizes.last());
        boolean bendsUp = c[2] > 0;
        if (lowestLoss(points, size -> size == sizes.first()) < inside
                || (bendsUp && Math.exp(parabola.vertex(c)) <= sizes.first())) {
            return String.format(
                    Locale.ROOT, "minimum lies below the smallest size: add sizes below %.3g.", sizes.first());
        }
        if (lowestLoss(points, size -> size == sizes.last()) < inside
                || (bendsUp && Math.exp(parabola.vertex(c)) >= sizes.last())) {
            return String.format(
                    Locale.ROOT, "minimum lies above the largest size: add sizes above %.3g.", sizes.last());
        }
        if (!(c[2] - SIGNIFICANT * curvatureError > 0)) {
            return String.format(
                    Locale.ROOT,
                    "the curve does not bend upward beyond its error (curvature %.3g, standard error %.3g): add sizes"
                            + " further out or repeat seeds.",
                    c[2],
                    curvatureError);
        }
        return null;
    }

    private static double lowestLoss(List<Observation> points, DoublePredicate sizes) {
        return points.stream()
                .filter(point -> sizes.test(point.params()))
                .mapToDouble(Observation::loss)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * ln N_opt of {@code replicates} bootstrap profiles; NaN where a replicate bends downward. Residuals are resampled
     * about the parabola, scaled by sqrt(n/(n-3)) for the three fitted numbers and by {@code widening}; resampling the handful of sizes of one
     * budget would leave many replicates with too few of them.
     */
    double[] replicateLogParams(int replicates, double widening, SplittableRandom random) {
        Parabola parabola = new Parabola(
                points.stream().mapToDouble(p -> Math.log(p.params())).toArray());
        double[] losses = losses(points);
        double[] c = parabola.coefficients(losses);
        int n = losses.length;
        double scale = widening * Math.sqrt(n / (n - 3.0));
        double[] vertices = new double[replicates];
        double[] resampled = new double[n];
        for (int replicate = 0; replicate < replicates; replicate++) {
            for (int i = 0; i < n; i++) {
                int drawn = random.nextInt(n);
                resampled[i] = parabola.predict(c, i) + scale * (losses[drawn] - parabola.predict(c, drawn));
            }
            double[] again = parabola.coefficients(resampled);
            vertices[replicate] = again[2] > 0 ? parabola.vertex(again) : Double.NaN;
        }
        return vertices;
    }

    private static double geometricMean(List<Observation> points) {
        return Math.exp(
                points.stream().mapToDouble(p -> Math.log(p.flops())).average().orElseThrow());
    }

    private static double[] losses(List<Observation> points) {
        return points.stream().mapToDouble(Observation::loss).toArray();
    }

    private static double residualVariance(Parabola parabola, double[] c, List<Observation> points) {
        double sum = 0;
        for (int i = 0; i < points.size(); i++) {
            double residual = points.get(i).loss() - parabola.predict(c, i);
            sum += residual * residual;
        }
        return sum / (points.size() - 3);
    }

    /** Standard error of -c1 / (2 c2) by the delta method. */
    private static double vertexError(double[] c, RealMatrix covariance) {
        double first = -1 / (2 * c[2]);
        double second = c[1] / (2 * c[2] * c[2]);
        return Math.sqrt(first * first * covariance.getEntry(1, 1)
                + 2 * first * second * covariance.getEntry(1, 2)
                + second * second * covariance.getEntry(2, 2));
    }

    private static IsoFlopProfile unusable(
            double flops, List<Observation> points, Double curvature, Double error, String failure) {
        return new IsoFlopProfile(flops, points, false, failure, Estimate.OPEN, Estimate.OPEN, null, curvature, error);
    }
}
