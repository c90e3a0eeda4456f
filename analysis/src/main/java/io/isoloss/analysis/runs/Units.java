package io.isoloss.analysis.runs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether the numbers of a table can be in single parameters, tokens, FLOPs and nats. Tables in billions of parameters,
 * or partly so, fit a law without complaint, and a wrong one.
 *
 * <p>The bounds leave room for every published table that the tests read: C/(6ND) is .74 to 1.11 there, D/N lies between
 * .005 and 2e4 over whole tables, and the highest loss is 11.02.
 */
final class Units {
    /** A uniform guess over a vocabulary of a million has ln 1e6 = 13.8 nats. */
    private static final double MOST_NATS = 20;
    /** C/(6ND) beyond this or its inverse is no convention of counting. Half of 1e3 on a log scale would be 32. */
    private static final double MOST_OFF = 300;
    /** Neighbours in a sorted column that lie further apart are in different units, if the lower can't be in single. */
    private static final double GAP = 1e3;
    /** Up to this, N may be a count of millions or billions. */
    private static final double SMALL_PARAMS = 1e4;
    /** Up to this, D may be a count of millions or billions. */
    private static final double SMALL_TOKENS = 1e6;
    /** A table whose largest model has fewer parameters is in other units. */
    private static final double FEWEST_PARAMS = 1e3;

    /** No table has half its runs outside these: D in millions gives about 2e-5, N in millions 2e7. */
    private static final double LEAST_TOKENS_PER_PARAM = 1e-3;

    private static final double MOST_TOKENS_PER_PARAM = 1e6;
    /** The ratio of Hoffmann et al. 2022, about which tables lie. */
    private static final double USUAL_TOKENS_PER_PARAM = 20;
    /** Single, billions, millions, thousands, trillions: of two that fit alike, the first is the likelier. */
    private static final double[] COUNTS = {1, 1e9, 1e6, 1e3, 1e12};
    /** FLOPs as such, giga, tera, peta, exa, zetta; and the petaFLOP/s-day of Kaplan et al. 2020. */
    private static final double[] FLOPS = {1, 1e9, 1e12, 1e15, 1e18, 1e21, 8.64e19};

    private final String source;
    private final List<TableRow> rows;

    private Units(String source, List<TableRow> rows) {
        this.source = source;
        this.rows = rows;
    }

    /** @throws io.isoloss.analysis.IsolossException of kind BAD_INPUT naming column, rows and the likely factor */
    static void check(String source, List<TableRow> rows) {
        Units units = new Units(source, rows);
        units.checkLoss();
        units.checkGap("N", "parameters", Run::params, SMALL_PARAMS);
        units.checkGap(units.tokensName(), "tokens", Run::tokens, SMALL_TOKENS);
        units.checkCompute();
        units.checkRatio();
        MixedBits.check(source, rows);
    }

    private void checkLoss() {
        List<TableRow> high = where(row -> row.run().loss() != null && row.run().loss() > MOST_NATS);
        if (!high.isEmpty()) {
            throw TableRow.refused(
                    source,
                    String.format(
                            Locale.ROOT,
                            "loss %.6g (%s) is above %.0f nats a token, more than a uniform guess over any vocabulary"
                                    + " has; if the column is perplexity, say so with --loss-unit perplexity, and if"
                                    + " these rows alone are, write their logarithms.",
                            high.get(0).run().loss(),
                            TableRow.places(high),
                            MOST_NATS));
        }
    }

    private void checkGap(String letter, String unit, Function<Run, Double> quantity, double small) {
        List<TableRow> sorted = rows.stream()
                .filter(row -> quantity.apply(row.run()) != null)
                .sorted(Comparator.comparing(row -> quantity.apply(row.run())))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            double below = quantity.apply(sorted.get(i - 1).run());
            double above = quantity.apply(sorted.get(i).run());
            if (below < small && above >= GAP * below) {
                throw TableRow.refused(
                        source,
                        String.format(
                                Locale.ROOT,
                                "%s is in mixed units: at most %.6g on %s, and %.6g or more on the other rows; write"
                                        + " all in single %s.",
                                letter,
                                below,
                                TableRow.places(sorted.subList(0, i)),
                                above,
                                unit));
            }
        }
    }

    /** C against 6ND, where the table gives all three. */
    private void checkCompute() {
        List<TableRow> given = where(row -> ratio(row) != null);
        List<TableRow> off = given.stream()
                .filter(row -> Math.abs(Math.log(ratio(row))) > Math.log(MOST_OFF))
                .toList();
        if (off.isEmpty()) {
            return;
        }
        double first = ratio(off.get(0));
        boolean alike = off.stream().allMatch(row -> Math.abs(Math.log(ratio(row) / first)) < Math.log(MOST_OFF));
        if (off.size() == given.size() && alike) {
            throw other(String.format(Locale.ROOT, "C is about %.1g times 6ND in every row", first));
        }
        throw TableRow.refused(
                source,
                String.format(
                        Locale.ROOT,
                        "units are mixed: C is about %.1g times 6ND on %s%s; write all N, D and C in single parameters,"
                                + " tokens and FLOPs.",
                        first,
                        TableRow.places(off),
                        off.size() == given.size() ? ", and by other factors" : ", and near it on the other rows"));
    }

    /** N and D by themselves. */
    private void checkRatio() {
        List<Run> sized = rows.stream()
                .map(TableRow::run)
                .filter(run -> run.params() != null)
                .toList();
        if (sized.isEmpty()) {
            return;
        }
        double most = sized.stream().mapToDouble(Run::params).max().orElseThrow();
        if (most < FEWEST_PARAMS) {
            throw other(String.format(Locale.ROOT, "no model has more than N = %.6g parameters", most));
        }
        List<Double> ratios = sized.stream()
                .filter(run -> run.tokens() != null)
                .map(run -> run.tokens() / run.params())
                .sorted()
                .toList();
        if (ratios.isEmpty()) {
            return;
        }
        double ratio = ratios.get(ratios.size() / 2);
        if (ratio < LEAST_TOKENS_PER_PARAM || ratio > MOST_TOKENS_PER_PARAM) {
            throw other(
                    String.format(Locale.ROOT, "%s is %.2g tokens a parameter in the median row", tokensName(), ratio));
        }
    }

    private String tokensName() {
        return rows.stream().anyMatch(row -> row.tokensFrom() != null) ? "D = C/(6N)" : "D";
    }

    private RuntimeException other(String symptom) {
        return TableRow.refused(
                source,
                symptom + ": the table is in other units than single parameters, tokens and FLOPs; give the factors, "
                        + factors() + ".");
    }

    /** The fewest factors under which C is near 6ND and D/N nearest to the usual. */
    private String factors() {
        Double params = median(row -> row.run().params());
        Double tokens = median(row -> row.tokensFrom() == null ? row.run().tokens() : null);
        Double flops = median(row -> stated(row.run()));
        double best = Double.POSITIVE_INFINITY;
        List<String> scales = List.of("params=1e9", "tokens=1e9");
        for (double n : params == null ? new double[] {1} : COUNTS) {
            for (double d : tokens == null ? new double[] {1} : COUNTS) {
                for (double c : flops == null ? new double[] {1} : FLOPS) {
                    double score = implausible(params, n, tokens, d, flops, c);
                    if (score < best - 1e-9) {
                        best = score;
                        scales = new ArrayList<>();
                        add(scales, "params", n);
                        add(scales, "tokens", d);
                        add(scales, "flops", c);
                    }
                }
            }
        }
        return "perhaps --scale " + String.join(",", scales);
    }

    private static double implausible(Double params, double n, Double tokens, double d, Double flops, double c) {
        if (params == null) {
            return Double.POSITIVE_INFINITY;
        }
        double size = params * n;
        double data = tokens != null ? tokens * d : flops == null ? Double.NaN : flops * c / (6 * size);
        double off = tokens != null && flops != null ? Math.abs(Math.log10(flops * c / (6 * size * data))) : 0;
        double perParam = Double.isNaN(data) ? USUAL_TOKENS_PER_PARAM : data / size;
        boolean possible = size >= FEWEST_PARAMS
                && size <= 1e14
                && off < 1
                && perParam > LEAST_TOKENS_PER_PARAM
                && perParam < MOST_TOKENS_PER_PARAM;
        int changes = (n == 1 ? 0 : 1) + (d == 1 ? 0 : 1) + (c == 1 ? 0 : 1);
        return possible
                ? 10 * changes + Math.abs(Math.log10(perParam / USUAL_TOKENS_PER_PARAM))
                : Double.POSITIVE_INFINITY;
    }

    private static void add(List<String> scales, String column, double factor) {
        if (factor != 1) {
            scales.add(column + "=" + String.format(Locale.ROOT, "%.3g", factor).replaceAll("\\.?0*e\\+?0*", "e"));
        }
    }

    private Double median(Function<TableRow, Double> quantity) {
        List<Double> sorted = rows.stream()
                .map(quantity)
                .filter(value -> value != null)
                .sorted()
                .collect(Collectors.toList());
        return sorted.isEmpty() ? null : sorted.get(sorted.size() / 2);
    }

    private List<TableRow> where(Predicate<TableRow> condition) {
        return rows.stream().filter(condition).toList();
    }

    /** C/(6ND); null where D was derived or one of them is missing. */
    private static Double ratio(TableRow row) {
        Run run = row.run();
        Double flops = stated(run);
        return row.tokensFrom() != null || flops == null || run.params() == null || run.tokens() == null
                ? null
                : (Double) (flops / (6 * run.params() * run.tokens()));
    }

    private static Double stated(Run run) {
        Compute compute = run.compute();
        if (compute.flops6nd() != null) {
            return compute.flops6nd();
        }
        return compute.flopsExact() != null
                ? compute.flopsExact()
                : run.identity().budgetFlops();
    }
}
