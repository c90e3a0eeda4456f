package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;

/**
 * Loss against size at one budget, and its minimum in log N and in log D (Hoffmann et al. 2022, section 3.2).
 *
 * @param flops the budget C, FLOPs
 * @param usable whether the minimum is one: interior, under a curve that bends upward
 * @param failure why it is not, as a sentence; null if usable
 * @param params N_opt with its 95 % interval; open if not usable
 * @param tokens D_opt likewise
 * @param loss at the minimum, nats a token; null if not usable
 * @param curvature second coefficient of a parabola in ln N, nats a token; null with fewer than four points
 * @param curvatureStandardError likewise, from the scatter about the parabola
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
        Double curvatureStandardError,
        @JsonIgnore ProfileMinimum paramsMinimum,
        @JsonIgnore ProfileMinimum tokensMinimum) {
    /** Three points fix a parabola exactly and leave no residual to test its curvature with. */
    public static final int FEWEST_POINTS = 4;
    /** Points that spread further in C lie on no common budget. */
    private static final double MOST_SPREAD = 1.3;
    /** Standard errors by which the curvature must exceed zero. */
    private static final double SIGNIFICANT = 2;

    public IsoFlopProfile {
        points = List.copyOf(points);
    }

    static IsoFlopProfile of(List<Observation> points, IsoFlopOptions options, LossNoise noise, SeedDraws draws) {
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
        if (stated == null && spread(points)) {
            return unusable(
                    flops,
                    points,
                    null,
                    null,
                    String.format(
                            Locale.ROOT,
                            "points lie on no common budget (C from %.3g to %.3g FLOPs).",
                            points.stream()
                                    .mapToDouble(Observation::flops)
                                    .min()
                                    .orElseThrow(),
                            points.stream()
                                    .mapToDouble(Observation::flops)
                                    .max()
                                    .orElseThrow()));
        }
        Polynomial parabola = new Polynomial(
                points.stream().mapToDouble(p -> Math.log(p.params())).toArray(), 2);
        double[] losses = points.stream().mapToDouble(Observation::loss).toArray();
        double curvature = parabola.coefficients(losses)[2];
        double curvatureError = parabola.curvatureStandardError(losses);
        boolean spline = options.minimum() == Minimum.AKIMA;
        ProfileMinimum params = spline
                ? ProfileMinimum.akima(points, Observation::params, noise, options.replicates(), draws)
                : ProfileMinimum.parabola(points, Observation::params, noise);
        ProfileMinimum tokens = spline
                ? ProfileMinimum.akima(points, Observation::tokens, noise, options.replicates(), draws)
                : ProfileMinimum.parabola(points, Observation::tokens, noise);
        String failure = spline
                ? noDip(sizes, params, curvature, curvatureError)
                : noVertex(points, sizes, params, curvature, curvatureError);
        if (failure != null) {
            return unusable(flops, points, curvature, curvatureError, failure);
        }
        if (tokens.failure() != null) {
            return unusable(flops, points, curvature, curvatureError, "over D, " + tokens.failure() + ".");
        }
        Double quantile = spline ? LossNoise.NORMAL_95 : noise.quantile95();
        return new IsoFlopProfile(
                flops,
                points,
                true,
                null,
                params.estimate(quantile),
                tokens.estimate(quantile),
                params.loss(),
                curvature,
                curvatureError,
                params,
                tokens);
    }

    /** Why the minimum of a parabola is none; null if it is one. */
    private static String noVertex(
            List<Observation> points,
            TreeSet<Double> sizes,
            ProfileMinimum minimum,
            double curvature,
            double curvatureError) {
        double inside = lowestLoss(points, size -> size > sizes.first() && size < sizes.last());
        double place = Math.exp(minimum.log());
        if (lowestLoss(points, size -> size == sizes.first()) < inside || place <= sizes.first()) {
            return below(sizes);
        }
        if (lowestLoss(points, size -> size == sizes.last()) < inside || place >= sizes.last()) {
            return above(sizes);
        }
        return curvature - SIGNIFICANT * curvatureError > 0 ? null : flat(curvature, curvatureError);
    }

    /** Why the minimum of a spline is none; null if it is one. */
    private static String noDip(
            TreeSet<Double> sizes, ProfileMinimum minimum, double curvature, double curvatureError) {
        if (minimum.end() < 0) {
            return below(sizes);
        }
        if (minimum.end() > 0) {
            return above(sizes);
        }
        if (minimum.failure() != null) {
            return minimum.failure() + ": add sizes or repeat seeds.";
        }
        return curvature > 0 ? null : flat(curvature, curvatureError);
    }

    private static String below(TreeSet<Double> sizes) {
        return String.format(Locale.ROOT, "minimum lies below the smallest size: add sizes below %.3g.", sizes.first());
    }

    private static String above(TreeSet<Double> sizes) {
        return String.format(Locale.ROOT, "minimum lies above the largest size: add sizes above %.3g.", sizes.last());
    }

    private static String flat(double curvature, double curvatureError) {
        return String.format(
                Locale.ROOT,
                "the curve does not bend upward beyond its error (curvature %.3g, standard error %.3g): add sizes"
                        + " further out or repeat seeds.",
                curvature,
                curvatureError);
    }

    private static double lowestLoss(List<Observation> points, DoublePredicate sizes) {
        return points.stream()
                .filter(point -> sizes.test(point.params()))
                .mapToDouble(Observation::loss)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** Whether points lie too far apart in C to be of one budget. */
    static boolean spread(List<Observation> points) {
        double low = points.stream().mapToDouble(Observation::flops).min().orElseThrow();
        double high = points.stream().mapToDouble(Observation::flops).max().orElseThrow();
        return high > MOST_SPREAD * low;
    }

    /** Of C, FLOPs. */
    static double geometricMean(List<Observation> points) {
        return Math.exp(
                points.stream().mapToDouble(p -> Math.log(p.flops())).average().orElseThrow());
    }

    private static IsoFlopProfile unusable(
            double flops, List<Observation> points, Double curvature, Double error, String failure) {
        return new IsoFlopProfile(
                flops, points, false, failure, Estimate.OPEN, Estimate.OPEN, null, curvature, error, null, null);
    }
}
