package io.isoloss.analysis.report;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.FrontierPoint;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.ParametricFrontier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * What {@code report.js} draws: the page's JSON block. N, D and C in single units, losses in nats a token.
 *
 * @param law frontier of the fitted law; empty without one
 * @param isoFlop line through the IsoFLOP minima; empty without one
 */
record ChartData(
        List<Dot> runs,
        List<Profile> profiles,
        List<FrontierPoint> law,
        List<FrontierPoint> isoFlop,
        List<Contour> contours) {
    /** With fewer points a budget has no curve to show. */
    static final int FEWEST_SHOWN = 3;

    /** Contours reach up to the loss that this share of the runs stays below. */
    private static final double COMMON = 0.97;

    /**
     * A run.
     *
     * @param profile place among the profiles; null if it belongs to none of them
     * @param fitted the law's loss; null without a law
     */
    record Dot(
            String name,
            double params,
            double tokens,
            double flops,
            double loss,
            Double standardError,
            Integer profile,
            Double fitted) {}

    /**
     * A budget.
     *
     * @param curve N and loss along the fitted parabola; empty if there is no minimum
     */
    record Profile(
            double flops, boolean usable, List<List<Double>> curve, Estimate params, Estimate tokens, Double loss) {}

    /** N and D at which the law gives one loss. */
    record Contour(double loss, List<List<Double>> points) {}

    /** The runs' ends in N or D. */
    private record Span(double low, double high) {
        static Span of(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            return new Span(sorted[0], sorted[sorted.length - 1]);
        }

        Span widened(double factor) {
            return new Span(low / factor, high * factor);
        }

        boolean holds(double value) {
            return low <= value && value <= high;
        }

        /** Evenly spread in logs, ends included. */
        List<Double> grid(int count) {
            List<Double> grid = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                grid.add(low * Math.pow(high / low, i / (count - 1.0)));
            }
            return grid;
        }
    }

    static ChartData of(Report report) {
        FittedLaw law = report.law().orElse(null);
        List<Observation> points = report.points();
        List<IsoFlopProfile> shown = shown(report);
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < shown.size(); i++) {
            for (Observation point : shown.get(i).points()) {
                places.put(point.name(), i);
            }
        }
        Map<String, String> labels = report.labels();
        List<Dot> dots = points.stream()
                .map(p -> new Dot(
                        labels.get(p.name()),
                        p.params(),
                        p.tokens(),
                        p.flops(),
                        p.loss(),
                        p.lossStandardError(),
                        places.get(p.name()),
                        law == null ? null : (Double) law.surface().loss(p.params(), p.tokens())))
                .toList();
        return new ChartData(
                dots,
                shown.stream().map(ChartData::profile).toList(),
                law == null
                        ? List.of()
                        : ParametricFrontier.of(law, compute(law.lowestFlops(), law.highestFlops()))
                                .points(),
                isoFlopLine(report),
                law == null ? List.of() : contours(law, points));
    }

    /** The budgets with enough points to show a curve. */
    static List<IsoFlopProfile> shown(Report report) {
        return report.isoFlop().profiles().stream()
                .filter(profile -> profile.points().size() >= FEWEST_SHOWN)
                .toList();
    }

    private static List<FrontierPoint> isoFlopLine(Report report) {
        if (!report.isoFlop().supported()) {
            return List.of();
        }
        List<IsoFlopProfile> usable = report.isoFlop().profiles().stream()
                .filter(IsoFlopProfile::usable)
                .toList();
        return report.isoFlop()
                .at(compute(usable.get(0).flops(), usable.get(usable.size() - 1).flops()));
    }

    /** C over the measured range and a factor of three beyond either end. */
    private static List<Double> compute(double low, double high) {
        List<Double> grid = new ArrayList<>();
        grid.add(low / 3);
        grid.addAll(new Span(low, high).grid(41));
        grid.set(41, high); // not a rounding beyond it, which would count as extrapolated
        grid.add(high * 3);
        return grid;
    }

    /** The parabola in ln N through its vertex: loss + curvature (ln N - ln N_opt)^2. */
    private static Profile profile(IsoFlopProfile profile) {
        List<List<Double>> curve = List.of();
        if (profile.usable()) {
            double vertex = profile.params().value();
            curve = Span.of(profile.points().stream().mapToDouble(Observation::params)).widened(1.15).grid(41).stream()
                    .map(n -> List.of(n, profile.loss() + profile.curvature() * Math.pow(Math.log(n / vertex), 2)))
                    .toList();
        }
        return new Profile(
                profile.flops(), profile.usable(), curve, profile.params(), profile.tokens(), profile.loss());
    }

    private static List<Contour> contours(FittedLaw fitted, List<Observation> points) {
        Span params = Span.of(points.stream().mapToDouble(Observation::params)).widened(1.6);
        Span tokens = Span.of(points.stream().mapToDouble(Observation::tokens)).widened(1.6);
        Span ratios = new Span(tokens.low() / params.high(), tokens.high() / params.low());
        List<Contour> contours = new ArrayList<>();
        for (double loss : levels(points)) {
            List<List<Double>> line = ratios.grid(241).stream()
                    .map(ratio -> onContour(fitted, loss, ratio))
                    .filter(point -> params.holds(point.get(0)) && tokens.holds(point.get(1)))
                    .toList();
            if (line.size() > 1) {
                contours.add(new Contour(loss, line));
            }
        }
        return contours;
    }

    /** About eight round losses from the runs' lowest; a few far worse runs do not stretch them. */
    static List<Double> levels(List<Observation> points) {
        double[] sorted =
                points.stream().mapToDouble(Observation::loss).sorted().toArray();
        double low = sorted[0];
        double high = sorted[(int) Math.ceil(COMMON * (sorted.length - 1))];
        double rough = (high - low) / 8;
        if (!(rough > 0)) {
            return List.of();
        }
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = DoubleStream.of(1, 2, 5, 10)
                .map(factor -> factor * power)
                .filter(candidate -> candidate >= rough)
                .findFirst()
                .orElse(10 * power);
        List<Double> levels = new ArrayList<>();
        for (long k = (long) Math.ceil(low / step); k * step <= high; k++) {
            levels.add(k * step);
        }
        return levels;
    }

    /**
     * N and D of {@code loss} at a fixed number of tokens a parameter, by bisection in ln N: the loss of every law
     * falls along such a ray, whereas a contour turns vertical over N and flat over D. Ends beyond any window if no N
     * reaches the loss.
     */
    private static List<Double> onContour(FittedLaw fitted, double loss, double tokensPerParam) {
        double low = 0;
        double high = Math.log(1e18);
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            double params = Math.exp(middle);
            if (fitted.surface().loss(params, tokensPerParam * params) > loss) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double params = Math.exp(high);
        return List.of(params, tokensPerParam * params);
    }

    /** The profile with the most compute that has a minimum. */
    static IsoFlopProfile largestUsable(Report report) {
        return report.isoFlop().profiles().stream()
                .filter(IsoFlopProfile::usable)
                .max(Comparator.comparingDouble(IsoFlopProfile::flops))
                .orElse(null);
    }
}
