package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/** How the points lie about a fitted law: the tests of {@link LackOfFit}. */
final class Misses {
    /** Below this chance the law is said to miss. */
    private static final double SIGNIFICANT = 0.01;
    /** Fewer repeats give no noise worth comparing with. */
    private static final int LEAST_REPEATS = 3;
    /** A root mean square of log residuals below this is rounding. */
    private static final double ROUNDING = 1e-9;
    /** Step of central differences in ln scales and shapes: balances 1e-16 / h and h^2. */
    private static final double STEP = 1e-5;

    private final List<Sample> samples;
    private final ObjectiveSurface surface;
    /** Prediction less measurement, in the fit's units, [point]. */
    private final double[] residuals;
    /** Derivatives of the residuals in the free coordinates, [coordinate][point]. */
    private final List<double[]> slopes;

    Misses(List<Sample> samples, ObjectiveSurface surface, double[] at) {
        this.samples = samples;
        this.surface = surface;
        this.residuals = surface.residuals(at);
        this.slopes = slopes(at);
    }

    private List<double[]> slopes(double[] at) {
        List<double[]> columns = new ArrayList<>();
        double[] moved = at.clone();
        for (int j = 0; j < at.length; j++) {
            if (at[j] == Double.NEGATIVE_INFINITY) {
                continue; // a floor of 0
            }
            double step = STEP * Math.max(1, Math.abs(at[j]));
            moved[j] = at[j] + step;
            double[] column = surface.residuals(moved);
            moved[j] = at[j] - step;
            double[] below = surface.residuals(moved);
            moved[j] = at[j];
            for (int i = 0; i < column.length; i++) {
                column[i] = (column[i] - below[i]) / (2 * step);
            }
            columns.add(column);
        }
        return columns;
    }

    /**
     * The test; null where none can be had: too few points, exact data, or rows of one training run, which share their noise.
     */
    LackOfFit test() {
        if (shareNoise() || !(Math.sqrt(Span.squares(logMisses()) / samples.size()) > ROUNDING)) {
            return null;
        }
        LackOfFit pureError = pureError();
        if (pureError != null) {
            return pureError;
        }
        return samples.stream().allMatch(s -> s.standardError() != null && s.standardError() > 0)
                ? standardErrors()
                : curvature();
    }

    /** Whether some family holds several x: the rows of one training run. */
    private boolean shareNoise() {
        Map<String, List<Double>> first = new HashMap<>();
        for (Sample sample : samples) {
            List<Double> x = cell(sample);
            if (sample.family() != null
                    && !first.merge(sample.family(), x, (old, now) -> old).equals(x)) {
                return true;
            }
        }
        return false;
    }

    private static List<Double> cell(Sample sample) {
        return Arrays.stream(sample.x()).boxed().toList();
    }

    /** Root weights by which the fit scales residuals, [point]. */
    private double[] roots() {
        return Arrays.stream(surface.points.weights()).map(Math::sqrt).toArray();
    }

    private Span law(double[] roots) {
        Span law = new Span();
        slopes.forEach(slope -> law.add(times(slope, roots)));
        return law;
    }

    /** Null where too few cells repeat, or repeats are copies. */
    private LackOfFit pureError() {
        double[] roots = roots();
        Map<List<Double>, List<Integer>> cells = new LinkedHashMap<>();
        for (int i = 0; i < residuals.length; i++) {
            cells.computeIfAbsent(cell(samples.get(i)), x -> new ArrayList<>()).add(i);
        }
        Span law = law(roots);
        int repeats = residuals.length - cells.size();
        int freedom = cells.size() - law.dimension();
        if (repeats < LEAST_REPEATS || freedom < 1) {
            return null;
        }
        double[] scaled = times(residuals, roots);
        double noise = cells.values().stream().mapToDouble(this::scatter).sum();
        if (!(noise > ROUNDING * ROUNDING * Span.squares(scaled))) {
            return null;
        }
        double[] left = law.without(scaled);
        return ratio("pure-error", Span.squares(left) - noise, freedom, noise, repeats, over(left, roots));
    }

    /** Weighted squares of the residuals of one cell about their mean. */
    private double scatter(List<Integer> cell) {
        double[] weights = surface.points.weights();
        double weight = cell.stream().mapToDouble(i -> weights[i]).sum();
        double mean = cell.stream().mapToDouble(i -> weights[i] * residuals[i]).sum() / weight;
        return cell.stream()
                .mapToDouble(i -> weights[i] * (residuals[i] - mean) * (residuals[i] - mean))
                .sum();
    }

    /** Null where the law has as many parameters as points. */
    private LackOfFit standardErrors() {
        double[] inverses = new double[residuals.length];
        for (int i = 0; i < inverses.length; i++) {
            Sample sample = samples.get(i);
            inverses[i] = (surface.residuals == Residuals.LOG ? sample.y() : 1) / sample.standardError();
        }
        Span law = law(inverses);
        int freedom = residuals.length - law.dimension();
        if (freedom < 1) {
            return null;
        }
        double[] left = law.without(times(residuals, inverses));
        double statistic = Span.squares(left);
        double pValue = Gamma.regularizedGammaQ(freedom / 2.0, statistic / 2);
        String warning = pValue < SIGNIFICANT
                ? String.format(
                        Locale.ROOT,
                        "The law misses the runs by %.2g %% (root mean square), %.1f times the standard error of their"
                                + " losses (chi-square p %s): seeds vary by more than that, or the recipe or the loss"
                                + " bends where the law does not; %s. Where it disagrees with the IsoFLOP minima, trust"
                                + " those.",
                        100 * Math.sqrt(Span.squares(logMisses()) / residuals.length),
                        Math.sqrt(statistic / freedom),
                        chance(pValue),
                        where(over(left, inverses)))
                : null;
        return new LackOfFit("standard-errors", statistic, freedom, null, pValue, warning);
    }

    /** Null where points are too few, or the law bends every way that the test knows. */
    private LackOfFit curvature() {
        double[] roots = roots();
        Span law = law(roots);
        double[] left = law.without(times(residuals, roots));
        Span curved = law(roots);
        curvatures().forEach(column -> curved.add(times(column, roots)));
        int freedom = curved.dimension() - law.dimension();
        int noiseFreedom = residuals.length - curved.dimension();
        if (freedom < 1 || noiseFreedom < 1) {
            return null;
        }
        double noise = Span.squares(curved.without(left));
        return ratio("curvature", Span.squares(left) - noise, freedom, noise, noiseFreedom, over(left, roots));
    }

    /** Squares and products of the centred logs of x; of one variable, its square and cube. */
    private List<double[]> curvatures() {
        int variables = samples.get(0).x().length;
        List<double[]> logs = new ArrayList<>();
        for (int v = 0; v < variables; v++) {
            logs.add(centredLog(v));
        }
        List<double[]> columns = new ArrayList<>();
        for (int v = 0; v < variables; v++) {
            for (int u = 0; u <= v; u++) {
                columns.add(times(logs.get(v), logs.get(u)));
            }
        }
        if (variables == 1) {
            columns.add(times(columns.get(0), logs.get(0)));
        }
        return columns;
    }

    /** ln of a variable less its mean; the variable itself where some are not above 0, as a sparsity of 0. */
    private double[] centredLog(int variable) {
        double[] x = samples.stream().mapToDouble(s -> s.x()[variable]).toArray();
        boolean positive = Arrays.stream(x).allMatch(value -> value > 0);
        double[] logs = Arrays.stream(x)
                .map(value -> positive ? Math.log(value) : value)
                .toArray();
        double mean = Arrays.stream(logs).average().orElseThrow();
        return Arrays.stream(logs).map(log -> log - mean).toArray();
    }

    private LackOfFit ratio(String test, double misses, int freedom, double noise, int noiseFreedom, double[] stepped) {
        double statistic = Math.max(0, misses) / freedom / (noise / noiseFreedom);
        double pValue = Beta.regularizedBeta(
                noiseFreedom / (noiseFreedom + freedom * statistic), noiseFreedom / 2.0, freedom / 2.0);
        String warning = pValue < SIGNIFICANT
                ? String.format(
                        Locale.ROOT,
                        "The law misses the runs in a pattern that noise does not make (%s test, p %s): %s.",
                        test,
                        chance(pValue),
                        where(stepped))
                : null;
        return new LackOfFit(test, statistic, freedom, noiseFreedom, pValue, warning);
    }

    /**
     * Standard deviation of ln(measured / predicted) of single points about the law one least-squares step from the fitted
     * one, over the degrees of freedom that the parameters leave; null where they leave none. A point far off counts in full.
     */
    Double logNoise() {
        double[] roots = new double[residuals.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] =
                    surface.residuals == Residuals.LOG ? 1 : 1 / (samples.get(i).y() + residuals[i]);
        }
        Span law = law(roots);
        int freedom = residuals.length - law.dimension();
        double noise = Math.sqrt(Span.squares(law.without(logMisses())) / freedom);
        return freedom < 1 || Double.isNaN(noise) ? null : (Double) noise;
    }

    private static String chance(double pValue) {
        return pValue < 1e-9 ? "< 1e-9" : String.format(Locale.ROOT, "= %.1e", pValue);
    }

    /** ln(measured / predicted), [point]. */
    private double[] logMisses() {
        double[] misses = new double[residuals.length];
        for (int i = 0; i < misses.length; i++) {
            misses[i] = surface.residuals == Residuals.LOG
                    ? -residuals[i]
                    : Math.log(samples.get(i).y() / (samples.get(i).y() + residuals[i]));
        }
        return misses;
    }

    /** The third of the points, by size along some direction, whose mean miss stands out most of its scatter. */
    private String where(double[] stepped) {
        String most = "";
        double clearest = 0;
        for (Map.Entry<String, double[]> axis : axes().entrySet()) {
            double[] along = axis.getValue();
            double[] sorted = along.clone();
            Arrays.sort(sorted);
            double low = Estimate.quantile(sorted, 1 / 3.0);
            double high = Estimate.quantile(sorted, 2 / 3.0);
            String[] parts = {"small", "middling", "large"};
            for (int part = 0; part < parts.length; part++) {
                double sum = 0;
                double squares = 0;
                int count = 0;
                for (int i = 0; i < along.length; i++) {
                    int place = along[i] <= low ? 0 : along[i] < high ? 1 : 2;
                    if (place == part) {
                        sum -= stepped[i];
                        squares += stepped[i] * stepped[i];
                        count++;
                    }
                }
                double clear = squares > 0 ? Math.abs(sum) / Math.sqrt(squares) : 0;
                if (clear > clearest) {
                    clearest = clear;
                    most = String.format(
                            Locale.ROOT,
                            "%s %s the law at %s %s (mean %.2g%s)",
                            surface.form.response() == Variable.ERROR ? "error" : "loss",
                            sum > 0 ? "above" : "below",
                            parts[part],
                            axis.getKey(),
                            Math.abs(sum / count) * (surface.residuals == Residuals.LOG ? 100 : 1),
                            surface.residuals == Residuals.LOG ? " %" : "");
                }
            }
        }
        return most;
    }

    /** Logs of what may be small or large: each variable, and for N and D also C and D/N. */
    private Map<String, double[]> axes() {
        Map<String, double[]> axes = new LinkedHashMap<>();
        List<Variable> variables = surface.form.variables();
        int n = variables.indexOf(Variable.PARAMS);
        int d = variables.indexOf(Variable.TOKENS);
        if (n >= 0 && d >= 0) {
            double[] params = centredLog(n);
            double[] tokens = centredLog(d);
            axes.put("C", plus(params, tokens, 1));
            axes.put("D/N", plus(tokens, params, -1));
        }
        for (int v = 0; v < variables.size(); v++) {
            axes.put(letter(variables.get(v)), centredLog(v));
        }
        return axes;
    }

    private static String letter(Variable variable) {
        return switch (variable) {
            case PARAMS -> "N";
            case TOKENS -> "D";
            case FLOPS -> "C";
            case UNIQUE_TOKENS -> "U";
            case SPARSITY, TRAINING_BITS, SERVING_BITS, TEACHER_LOSS, LOSS, ERROR ->
                variable.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    private static double[] times(double[] one, double[] two) {
        double[] product = new double[one.length];
        Arrays.setAll(product, i -> one[i] * two[i]);
        return product;
    }

    private static double[] over(double[] one, double[] two) {
        double[] quotient = new double[one.length];
        Arrays.setAll(quotient, i -> one[i] / two[i]);
        return quotient;
    }

    private static double[] plus(double[] one, double[] two, double factor) {
        double[] sum = new double[one.length];
        Arrays.setAll(sum, i -> one[i] + factor * two[i]);
        return sum;
    }
}
