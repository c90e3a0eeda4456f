package io.isoloss.analysis.budget;

import io.isoloss.analysis.frontier.Lifetime;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Compute spent on N parameters and D tokens.
 *
 * @param loss that the law gives it under the limits, nats a token
 */
public record Allocation(double params, double tokens, double loss) {
    /** Sizes tried before the best is refined, evenly spaced in ln N: a step of at most 0.2 up to 1e30 FLOPs. */
    private static final int SIZES = 400;

    /** ln N from which sizes are tried, below the one parameter that a plan has at least. */
    private static final double SMALLEST = -1;

    /** FLOPs of its training, 6ND. */
    public double trainingFlops() {
        return LossSurface.FLOPS_PER_PARAM_TOKEN * params * tokens;
    }

    /**
     * The (N, D) of least loss with 6ND + 2NT at most {@code flops} (Sardana et al. 2023, arXiv:2401.00448, section 2) and
     * within the limits. For a given N it trains on all the tokens that it may.
     *
     * @param served tokens T, not negative
     */
    static Allocation best(ScalingLaw law, double flops, double served, List<Limit> limits) {
        if (limits.isEmpty() && served == 0) {
            LossSurface fresh = Repeats.fresh(law);
            return new Allocation(fresh.optimalParams(flops), fresh.optimalTokens(flops), fresh.optimalLoss(flops));
        }
        double maxParams = limits.stream().mapToDouble(Limit::maxParams).min().orElse(Double.POSITIVE_INFINITY);
        double maxTokens = limits.stream().mapToDouble(Limit::maxTokens).min().orElse(Double.POSITIVE_INFINITY);
        DoubleBinaryOperator loss = Limit.loss(law, limits);
        return new Search(loss, flops, served, maxTokens).upTo(maxParams);
    }

    private record Search(DoubleBinaryOperator loss, double flops, double served, double maxTokens) {
        Allocation upTo(double maxParams) {
            double largest = Math.min(maxParams, sizeFor(1));
            double step = (Math.log(largest) - SMALLEST) / SIZES;
            int best = 0;
            for (int i = 1; i <= SIZES; i++) {
                if (at(SMALLEST + i * step).loss() < at(SMALLEST + best * step).loss()) {
                    best = i;
                }
            }
            Allocation found =
                    refine(SMALLEST + Math.max(0, best - 1) * step, SMALLEST + Math.min(SIZES, best + 1) * step);
            Allocation corner = of(largest);
            Allocation better = corner.loss() <= found.loss() ? corner : found;
            if (Double.isInfinite(maxTokens) || sizeFor(maxTokens) >= largest) {
                return better;
            }
            double kink = sizeFor(maxTokens);
            double atKink = loss.applyAsDouble(kink, maxTokens);
            return atKink <= better.loss() ? new Allocation(kink, maxTokens, atKink) : better;
        }

        private Allocation refine(double low, double high) {
            return at(new BrentOptimizer(1e-10, 1e-12)
                    .optimize(
                            new MaxEval(1000),
                            GoalType.MINIMIZE,
                            new UnivariateObjectiveFunction(log -> at(log).loss()),
                            new SearchInterval(low, high))
                    .getPoint());
        }

        private Allocation at(double logParams) {
            return of(Math.exp(logParams));
        }

        private Allocation of(double params) {
            double left = (flops / params - Lifetime.FLOPS_PER_SERVED * served) / LossSurface.FLOPS_PER_PARAM_TOKEN;
            double tokens = Math.min(left, maxTokens);
            return new Allocation(params, tokens, loss.applyAsDouble(params, tokens));
        }

        /** N that spends the whole budget on {@code tokens} of training. */
        private double sizeFor(double tokens) {
            return flops / (LossSurface.FLOPS_PER_PARAM_TOKEN * tokens + Lifetime.FLOPS_PER_SERVED * served);
        }
    }
}
