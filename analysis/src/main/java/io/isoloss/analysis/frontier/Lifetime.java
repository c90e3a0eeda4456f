package io.isoloss.analysis.frontier;

import io.isoloss.analysis.law.LossSurface;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * What a model costs over its life, trained once and then serving T tokens: 6ND + 2NT FLOPs, at a given loss (Sardana et
 * al. 2023, arXiv:2401.00448, equation 3).
 *
 * @param flops lifetime FLOPs of the model
 * @param optimalParams N of the model that reaches the same loss, by the law, for the fewest lifetime FLOPs
 * @param optimalFlops those FLOPs
 * @param breakEvenTokens T from which the model costs less than the compute-optimal one of the same loss; null if no
 *     traffic makes it so, as for a model larger than that one
 */
public record Lifetime(double flops, double optimalParams, double optimalFlops, Double breakEvenTokens) {
    /** FLOPs of serving a token, for each parameter (Kaplan et al. 2020, section 2.1). */
    public static final double FLOPS_PER_SERVED = 2;

    /** The search spans so many powers of e below the compute-optimal size: far beyond where D outgrows any saving. */
    private static final double SPAN = 20;

    /**
     * Of a model under a law, whose own loss for (N, D) is the one to match.
     *
     * @param served tokens T, not negative
     */
    public static Lifetime of(LossSurface law, double params, double tokens, double served) {
        double loss = law.loss(params, tokens);
        double best = cheapestParams(law, loss, served);
        double trained = LossSurface.FLOPS_PER_PARAM_TOKEN * params * tokens;
        return new Lifetime(
                trained + FLOPS_PER_SERVED * params * served,
                best,
                Math.exp(logCost(law, best, loss, served)),
                breakEvenTokens(law, params, trained, loss));
    }

    /**
     * Fewest FLOPs, over its life, of a model of a given loss.
     *
     * @param loss above the law's floor
     * @param served tokens T, not negative
     */
    public static double leastFlops(LossSurface law, double loss, double served) {
        return Math.exp(logCost(law, cheapestParams(law, loss, served), loss, served));
    }

    /**
     * Tokens served from which a model costs less over its life than the compute-optimal one of its loss; null if no
     * traffic makes it so.
     *
     * @param trained FLOPs of its training
     */
    public static Double breakEvenTokens(LossSurface law, double params, double trained, double loss) {
        double equivalent = law.equivalentFlops(loss);
        double frontierParams = law.optimalParams(equivalent);
        return params < frontierParams
                ? (Double) ((trained - equivalent) / (FLOPS_PER_SERVED * (frontierParams - params)))
                : null;
    }

    private static double cheapestParams(LossSurface law, double loss, double served) {
        double frontier = Math.log(law.optimalParams(law.equivalentFlops(loss)));
        return Math.exp(new BrentOptimizer(1e-10, 1e-12)
                .optimize(
                        new MaxEval(1000),
                        GoalType.MINIMIZE,
                        new UnivariateObjectiveFunction(log -> logCost(law, Math.exp(log), loss, served)),
                        new SearchInterval(frontier - SPAN, frontier))
                .getPoint());
    }

    /** Finite even where the size cannot reach the loss, so that the search can compare: the smaller, the worse. */
    private static double logCost(LossSurface law, double params, double loss, double served) {
        double tokens = law.tokensToReach(params, loss);
        return Double.isInfinite(tokens)
                ? 1e6 - Math.log(params)
                : Math.log(params) + Math.log(LossSurface.FLOPS_PER_PARAM_TOKEN * tokens + FLOPS_PER_SERVED * served);
    }
}
