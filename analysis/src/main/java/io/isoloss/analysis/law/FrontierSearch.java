package io.isoloss.analysis.law;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/** The answers of a surface that has no closed forms, by search over natural logarithms of N, D and C. */
final class FrontierSearch {
    /** A root is found to this, in a natural logarithm. */
    private static final double TOLERANCE = 1e-13;

    private static final int MOST_EVALUATIONS = 500;

    /** Nodes between the smallest and the largest model of a budget. */
    private static final int NODES = 256;

    /** How far beyond one parameter, and one token, a search for the optimum looks. */
    private static final double MARGIN = 7;

    private static final double LEAST_LOG_FLOPS = -50;
    private static final double USUAL_LOG_FLOPS = 46;
    private static final double MOST_LOG_FLOPS = 300;
    private static final double FLOPS_STEP = 2;

    private static final double LEAST_LOG_TOKENS = -10;
    private static final double MOST_LOG_TOKENS = 150;
    private static final double TOKENS_STEP = 0.25;

    private FrontierSearch() {}

    /**
     * dL / d ln N along C = 6ND by five points. With steps of .01 its error is about 3e-10 of the fifth derivative, and
     * that of rounding 1e-13 of the loss.
     */
    static double slopeAlongBudget(LossSurface surface, double params, double tokens) {
        double h = 0.01;
        return (shifted(surface, params, tokens, -2 * h)
                        - 8 * shifted(surface, params, tokens, -h)
                        + 8 * shifted(surface, params, tokens, h)
                        - shifted(surface, params, tokens, 2 * h))
                / (12 * h);
    }

    private static double shifted(LossSurface surface, double params, double tokens, double shift) {
        double factor = Math.exp(shift);
        return surface.loss(params * factor, tokens / factor);
    }

    static double optimalParams(LossSurface surface, double flops) {
        double product = Math.log(flops / LossSurface.FLOPS_PER_PARAM_TOKEN);
        double half = Math.abs(product) / 2 + MARGIN;
        double lowest = product / 2 - half;
        double step = 2 * half / NODES;
        UnivariateFunction loss = u -> surface.loss(Math.exp(u), Math.exp(product - u));
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= NODES; i++) {
            double value = loss.value(lowest + i * step);
            if (value < least) {
                least = value;
                best = i;
            }
        }
        double low = lowest + Math.max(0, best - 1) * step;
        double high = lowest + Math.min(NODES, best + 1) * step;
        UnivariateFunction slope = u -> surface.slopeAlongBudget(Math.exp(u), Math.exp(product - u));
        return Math.exp(
                slope.value(low) < 0 && slope.value(high) > 0 ? root(slope, low, high) : minimum(loss, low, high));
    }

    static double equivalentFlops(LossSurface surface, double loss) {
        UnivariateFunction above = logFlops -> surface.optimalLoss(Math.exp(logFlops)) - loss;
        double at = USUAL_LOG_FLOPS;
        if (above.value(at) > 0) {
            while (above.value(at + FLOPS_STEP) > 0) {
                at += FLOPS_STEP;
                if (at > MOST_LOG_FLOPS) {
                    return Double.POSITIVE_INFINITY;
                }
            }
        } else {
            do {
                at -= FLOPS_STEP;
            } while (above.value(at) <= 0 && at > LEAST_LOG_FLOPS);
            if (above.value(at) <= 0) {
                return Math.exp(at);
            }
        }
        return Math.exp(root(above, at, at + FLOPS_STEP));
    }

    /** The fewest tokens; a loss may rise again with more. */
    static double tokensToReach(LossSurface surface, double params, double loss) {
        UnivariateFunction above = logTokens -> surface.loss(params, Math.exp(logTokens)) - loss;
        double best = LEAST_LOG_TOKENS;
        double least = Double.POSITIVE_INFINITY;
        for (double at = LEAST_LOG_TOKENS; at <= MOST_LOG_TOKENS; at += TOKENS_STEP) {
            double value = above.value(at);
            if (value <= 0) {
                return Math.exp(at == LEAST_LOG_TOKENS ? at : root(above, at - TOKENS_STEP, at));
            }
            if (value < least) {
                least = value;
                best = at;
            }
        }
        double lowest = minimum(above, best - TOKENS_STEP, best + TOKENS_STEP);
        return above.value(lowest) <= 0 ? Math.exp(root(above, best - TOKENS_STEP, lowest)) : Double.POSITIVE_INFINITY;
    }

    private static double root(UnivariateFunction function, double low, double high) {
        return new BrentSolver(TOLERANCE, TOLERANCE).solve(MOST_EVALUATIONS, function, low, high);
    }

    private static double minimum(UnivariateFunction function, double low, double high) {
        return new BrentOptimizer(1e-10, 1e-10)
                .optimize(
                        new MaxEval(MOST_EVALUATIONS),
                        new UnivariateObjectiveFunction(function),
                        GoalType.MINIMIZE,
                        new SearchInterval(low, high))
                .getPoint();
    }
}
