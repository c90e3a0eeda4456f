package io.isoloss.analysis.tuning;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.frontier.Polynomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * From grids of learning rates on small models to a rule for large ones: the best rate of each width by a parabola in ln rate
 * through the lowest loss and two rates on each side, and rate = base (width / atWidth)^exponent through them by least squares,
 * weighted by their standard errors. The noise of the losses is their scatter about the parabola, of the width's own runs where
 * these are enough, since short runs of large models scatter more, else of those of all widths.
 *
 * @param optima by width, ascending
 * @param atWidth width at which base holds, the middle one
 * @param base open if undecided
 * @param exponent likewise
 * @param undecided why there is no rule, as sentences; null if there is one
 */
public record RateTransfer(List<RateOptimum> optima, int atWidth, Estimate base, Estimate exponent, String undecided) {
    /** Rates on each side of the best that the parabola goes through: further away the loss is no parabola. */
    private static final int NEIGHBOURS = 2;

    private static final int FEWEST_POINTS = 4;

    /** Standard errors by which the curvature must exceed zero. */
    private static final double SIGNIFICANT = 2;

    /** Degrees of freedom from which a width's own scatter is known well enough, to within a third. */
    private static final int OWN_NOISE = 6;

    public RateTransfer {
        optima = List.copyOf(optima);
    }

    /** Squared residuals and what is left to judge them by. */
    private record Scatter(double squares, int freedom) {
        Scatter with(Scatter other) {
            return new Scatter(squares + other.squares, freedom + other.freedom);
        }

        double deviation() {
            return Math.sqrt(squares / freedom);
        }
    }

    /**
     * The runs of one width around its best rate.
     *
     * @param points null if there is no optimum to look for
     * @param failure why not; null if there is
     */
    private record Window(int width, List<Double> rates, List<Double> means, List<RateTrial> points, String failure) {
        double[] logs() {
            return points.stream().mapToDouble(point -> Math.log(point.rate())).toArray();
        }

        Scatter scatter() {
            return new Scatter(new Polynomial(logs(), 2).residualSquares(losses()), points.size() - 3);
        }

        double[] losses() {
            return points.stream().mapToDouble(RateTrial::loss).toArray();
        }
    }

    /** Fits the rule. */
    public static RateTransfer of(List<RateTrial> trials) {
        TreeMap<Integer, TreeMap<Double, List<RateTrial>>> byWidth = new TreeMap<>();
        trials.forEach(trial -> byWidth.computeIfAbsent(trial.width(), width -> new TreeMap<>())
                .computeIfAbsent(trial.rate(), rate -> new ArrayList<>())
                .add(trial));
        List<Window> windows = byWidth.entrySet().stream()
                .map(entry -> window(entry.getKey(), entry.getValue()))
                .toList();
        Scatter all = windows.stream()
                .filter(window -> window.failure() == null)
                .map(Window::scatter)
                .reduce(new Scatter(0, 0), Scatter::with);
        return rule(windows.stream().map(window -> optimum(window, all)).toList());
    }

    private static Window window(int width, Map<Double, List<RateTrial>> byRate) {
        List<Double> rates = List.copyOf(byRate.keySet());
        List<Double> means = new ArrayList<>();
        for (List<RateTrial> seeds : byRate.values()) {
            boolean whole = seeds.stream().allMatch(trial -> trial.loss() != null);
            means.add(
                    whole
                            ? (Double) seeds.stream()
                                    .mapToDouble(RateTrial::loss)
                                    .average()
                                    .orElseThrow()
                            : null);
        }
        List<Integer> completed = new ArrayList<>();
        for (int i = 0; i < rates.size(); i++) {
            if (means.get(i) != null) {
                completed.add(i);
            }
        }
        if (completed.isEmpty()) {
            return new Window(width, rates, means, null, "no rate trained to the end: try lower ones.");
        }
        int best = completed.stream()
                .min((a, b) -> Double.compare(means.get(a), means.get(b)))
                .orElseThrow();
        String edge = edge(rates, completed, best);
        if (edge != null) {
            return new Window(width, rates, means, null, edge);
        }
        int place = completed.indexOf(best);
        List<Integer> near =
                completed.subList(Math.max(0, place - NEIGHBOURS), Math.min(completed.size(), place + NEIGHBOURS + 1));
        List<RateTrial> points =
                near.stream().flatMap(i -> byRate.get(rates.get(i)).stream()).toList();
        if (points.size() < FEWEST_POINTS) {
            return new Window(
                    width,
                    rates,
                    means,
                    null,
                    points.size() + " runs around the best rate carry no parabola with an error: try " + FEWEST_POINTS
                            + " rates or more.");
        }
        return new Window(width, rates, means, points, null);
    }

    private static String edge(List<Double> rates, List<Integer> completed, int best) {
        if (best == completed.get(0) && best == completed.get(completed.size() - 1)) {
            return "only the rate " + rates.get(best) + " trained to the end: try more rates near it.";
        }
        if (best == completed.get(0)) {
            return "the best rate, " + rates.get(best) + ", is the lowest that was tried: widen the grid below it.";
        }
        if (best == completed.get(completed.size() - 1)) {
            return best == rates.size() - 1
                    ? "the best rate, " + rates.get(best) + ", is the highest that was tried: widen the grid above it."
                    : "the best rate, " + rates.get(best) + ", is the highest that trained to the end, "
                            + rates.get(best + 1) + " did not: try rates closer together.";
        }
        return null;
    }

    private static RateOptimum optimum(Window window, Scatter all) {
        if (window.failure() != null) {
            return none(window, window.failure());
        }
        Scatter scatter = window.scatter().freedom() >= OWN_NOISE ? window.scatter() : all;
        double noise = scatter.deviation();
        Polynomial parabola = new Polynomial(window.logs(), 2);
        double[] c = parabola.coefficients(window.losses());
        double vertex = parabola.vertex(c);
        double curvatureError = noise * parabola.curvatureSensitivity();
        if (!(c[2] > SIGNIFICANT * curvatureError)) {
            return none(
                    window,
                    String.format(
                            Locale.ROOT,
                            "the loss does not bend upward beyond its noise (curvature %.3g, standard error %.3g): try rates"
                                    + " further apart, or more seeds.",
                            c[2],
                            curvatureError));
        }
        if (vertex < Arrays.stream(window.logs()).min().orElseThrow()
                || vertex > Arrays.stream(window.logs()).max().orElseThrow()) {
            return none(window, "the parabola is lowest outside the rates it goes through: widen the grid.");
        }
        double error = noise
                * Math.sqrt(Arrays.stream(parabola.vertexSensitivity(c))
                        .map(s -> s * s)
                        .sum());
        return new RateOptimum(
                window.width(),
                window.rates(),
                window.means(),
                noise,
                scatter.freedom(),
                around(vertex, quantile(scatter.freedom()) * error),
                error,
                parabola.valueAtVertex(c),
                null);
    }

    private static RateOptimum none(Window window, String failure) {
        return new RateOptimum(
                window.width(), window.rates(), window.means(), null, 0, Estimate.OPEN, null, null, failure);
    }

    private static RateTransfer rule(List<RateOptimum> optima) {
        List<RateOptimum> found = optima.stream().filter(RateOptimum::found).toList();
        String failures = optima.stream()
                .filter(optimum -> !optimum.found())
                .map(optimum -> "Width " + optimum.width() + ": " + optimum.failure())
                .collect(Collectors.joining(" "));
        if (found.size() < 2 || !failures.isEmpty()) {
            String undecided = failures.isEmpty() ? "One width gives no exponent: tune two or more." : failures;
            return new RateTransfer(optima, 0, Estimate.OPEN, Estimate.OPEN, undecided);
        }
        int atWidth = found.get(found.size() / 2).width();
        double weights = 0;
        double x = 0;
        double y = 0;
        for (RateOptimum optimum : found) {
            double weight = weight(optimum);
            weights += weight;
            x += weight * Math.log((double) optimum.width() / atWidth);
            y += weight * Math.log(optimum.rate().value());
        }
        x /= weights;
        y /= weights;
        double xx = 0;
        double xy = 0;
        for (RateOptimum optimum : found) {
            double away = Math.log((double) optimum.width() / atWidth) - x;
            xx += weight(optimum) * away * away;
            xy += weight(optimum) * away * (Math.log(optimum.rate().value()) - y);
        }
        double exponent = xy / xx;
        double misfit = 0;
        for (RateOptimum optimum : found) {
            double off = Math.log(optimum.rate().value())
                    - y
                    - exponent * (Math.log((double) optimum.width() / atWidth) - x);
            misfit += weight(optimum) * off * off;
        }
        // Widths that miss the line by more than their errors widen the interval (Birge 1932).
        double widening = found.size() > 2 ? Math.sqrt(Math.max(1, misfit / (found.size() - 2))) : 1;
        double reach = widening
                * quantile(found.stream().mapToInt(RateOptimum::freedom).min().orElseThrow());
        double error = 1 / Math.sqrt(xx);
        return new RateTransfer(
                optima,
                atWidth,
                around(y - exponent * x, reach * Math.sqrt(1 / weights + x * x / xx)),
                new Estimate(exponent, exponent - reach * error, exponent + reach * error, true),
                null);
    }

    private static double quantile(int freedom) {
        return new TDistribution(null, freedom).inverseCumulativeProbability(0.975);
    }

    private static double weight(RateOptimum optimum) {
        return 1 / (optimum.logStandardError() * optimum.logStandardError());
    }

    private static Estimate around(double log, double reach) {
        return new Estimate(Math.exp(log), Math.exp(log - reach), Math.exp(log + reach), true);
    }

    /** Whether there is a rule. */
    public boolean decided() {
        return undecided == null;
    }

    /** The rule's rate at a width, where it is decided. */
    public double at(double width) {
        return base.value() * Math.pow(width / atWidth, exponent.value());
    }

    /** The highest rate that trained to the end at any width. */
    public double highestTrained() {
        double highest = 0;
        for (RateOptimum optimum : optima) {
            for (int i = 0; i < optimum.tried().size(); i++) {
                highest = optimum.losses().get(i) == null
                        ? highest
                        : Math.max(highest, optimum.tried().get(i));
            }
        }
        return highest;
    }
}
