package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.Variable;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/** Whether the sizes and token counts of some points can tell the terms of a law apart, before any fit. */
final class Design {
    /**
     * Share of the variance of log D that log N may explain. Above it (one budget, or one ratio D/N, up to rounding of a
     * few per cent) the two terms trade against each other.
     */
    static final double MOST_COLLINEAR = 0.999;

    private Design() {}

    /** @throws IsolossException of kind UNSUPPORTED, saying what to add */
    static void check(LawForm form, List<Sample> points) {
        long distinct = points.stream()
                .map(p -> Arrays.stream(p.x()).boxed().toList())
                .distinct()
                .limit(form.size() + 1L) // as many as are enough
                .count();
        if (distinct <= form.size()) {
            throw refused(
                    form,
                    points,
                    form.size() + " parameters need " + (form.size() + 1) + " or more different "
                            + (isSurface(form) ? "(N, D)" : "points") + ", and there are " + distinct
                            + "; train more runs.");
        }
        if (!isSurface(form)) {
            return;
        }
        double[] logParams =
                points.stream().mapToDouble(p -> Math.log(p.x()[0])).toArray();
        double[] logTokens =
                points.stream().mapToDouble(p -> Math.log(p.x()[1])).toArray();
        if (constant(logParams)) {
            throw refused(form, points, "all have N = " + points.get(0).x()[0] + "; add other sizes.");
        }
        if (constant(logTokens)) {
            throw refused(form, points, "all have D = " + points.get(0).x()[1] + "; add other token counts.");
        }
        double correlation = new PearsonsCorrelation().correlation(logParams, logTokens);
        if (correlation * correlation > MOST_COLLINEAR) {
            throw refused(
                    form,
                    points,
                    correlation < 0
                            ? "they lie on one budget C; add a budget."
                            : "D is a fixed function of N; add other ratios D/N.");
        }
    }

    private static boolean isSurface(LawForm form) {
        return form.variables().equals(List.of(Variable.PARAMS, Variable.TOKENS));
    }

    private static boolean constant(double[] logs) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            low = Math.min(low, log);
            high = Math.max(high, log);
        }
        return high - low < 1e-9;
    }

    private static IsolossException refused(LawForm form, List<Sample> points, String why) {
        return new IsolossException(
                Kind.UNSUPPORTED, "Cannot fit " + form.name() + " to " + points.size() + " points: " + why);
    }
}
