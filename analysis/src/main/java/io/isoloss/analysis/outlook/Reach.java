package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.law.LossSurface;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * How far, from small to large, something holds that holds for the small if at all: "doubling N pays up to N = 3e9".
 *
 * @param extent {@code nowhere}, {@code up-to} or {@code everywhere}; "everywhere" and "nowhere" mean all sizes from
 *     {@link #SMALLEST} to {@link #LARGEST}
 * @param upTo parameters or tokens; no value unless {@code up-to}, and open on a side where the replicates pass the
 *     smallest or the largest size
 */
public record Reach(String extent, Estimate upTo) {
    public static final String NOWHERE = "nowhere";
    public static final String UP_TO = "up-to";
    public static final String EVERYWHERE = "everywhere";

    /** One parameter, or one token. */
    public static final double SMALLEST = 1;
    /** A million times the largest count of parameters or tokens that anyone has trained with or on. */
    public static final double LARGEST = 1e30;

    private static final double SOLVER_ACCURACY = 1e-12;

    /** For a law: what is not below 0 as far as the thing holds, by size. */
    interface Margin {
        double at(LossSurface law, double size);
    }

    static Reach of(Draws draws, Margin margin) {
        double end = end(size -> margin.at(draws.law(), size));
        double[] ends = draws.replicates().stream()
                .mapToDouble(law -> Math.log(end(size -> margin.at(law, size))))
                .sorted()
                .toArray();
        Estimate logs = Estimate.of(Math.log(end), ends);
        Double low = logs.low() == null ? null : inside(Math.exp(logs.low()));
        Double high = logs.high() == null ? null : inside(Math.exp(logs.high()));
        if (end == SMALLEST) {
            return new Reach(NOWHERE, new Estimate(null, null, high, false));
        }
        return end == LARGEST
                ? new Reach(EVERYWHERE, new Estimate(null, low, null, false))
                : new Reach(UP_TO, new Estimate(end, low, high, true));
    }

    /** Null at the ends of the search, where a bound is open. */
    private static Double inside(double bound) {
        double margin = 1e-9; // far below a digit that anyone reads, far above the rounding of exp(log)
        return bound <= SMALLEST * (1 + margin) || bound >= LARGEST * (1 - margin) ? null : (Double) bound;
    }

    /** Where the margin turns negative; the largest size if it never does, the smallest if it is so from the start. */
    private static double end(DoubleUnaryOperator margin) {
        if (margin.applyAsDouble(SMALLEST) < 0) {
            return SMALLEST;
        }
        if (margin.applyAsDouble(LARGEST) >= 0) {
            return LARGEST;
        }
        return Math.exp(new BrentSolver(SOLVER_ACCURACY)
                .solve(10_000, log -> margin.applyAsDouble(Math.exp(log)), Math.log(SMALLEST), Math.log(LARGEST)));
    }
}
