package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LawForm;
import java.util.List;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/** Whether the sizes and token counts of some points can tell the terms of a law apart, before any fit. */
final class Design {
    /** One more pair (N, D) than the five parameters. */
    static final int FEWEST_POINTS = 6;
    /**
     * Share of the variance of log D that log N may explain. Above it (one budget, or one ratio D/N, up to rounding of a
     * few per cent) the two terms trade against each other.
     */
    static final double MOST_COLLINEAR = 0.999;

    private Design() {}

    /** @throws IsolossException of kind UNSUPPORTED, saying what to add */
    static void check(LawForm form, List<Observation> points) {
        long distinct = points.stream()
                .map(p -> List.of(p.params(), p.tokens()))
                .distinct()
                .count();
        if (distinct < FEWEST_POINTS) {
            throw refused(
                    points,
                    "five parameters need " + FEWEST_POINTS + " or more different (N, D), and there are " + distinct
                            + "; train more runs.");
        }
        double[] logParams =
                points.stream().mapToDouble(p -> Math.log(p.params())).toArray();
        double[] logTokens =
                points.stream().mapToDouble(p -> Math.log(p.tokens())).toArray();
        if (constant(logParams)) {
            throw refused(points, "all have N = " + points.get(0).params() + "; add other sizes.");
        }
        if (constant(logTokens)) {
            throw refused(points, "all have D = " + points.get(0).tokens() + "; add other token counts.");
        }
        double correlation = new PearsonsCorrelation().correlation(logParams, logTokens);
        if (correlation * correlation > MOST_COLLINEAR) {
            throw refused(
                    points,
                    correlation < 0
                            ? "they lie on one budget C; add a budget."
                            : "D is a fixed function of N; add other ratios D/N.");
        }
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

    private static IsolossException refused(List<Observation> points, String why) {
        return new IsolossException(
                Kind.UNSUPPORTED, "Cannot fit a loss surface to " + points.size() + " points: " + why);
    }
}
