package io.isoloss.analysis.law;

import java.util.List;

/**
 * A loss over N (parameters) and D (training tokens), in single units, with training compute C = 6ND.
 *
 * <p>What has no closed form is searched for: an optimum as the root of {@link #slopeAlongBudget}, so that N_opt is not
 * blurred by the flatness of the loss around it.
 */
public sealed interface LossSurface extends ScalingLaw
        permits Chinchilla, GeneralChinchilla, OverTraining, Kaplan, ConstrainedSurface, PrecisionSurface {
    /** FLOPs for each parameter and token: two forward, four backward (Kaplan et al. 2020, section 2.1). */
    double FLOPS_PER_PARAM_TOKEN = 6;

    @Override
    default List<Variable> variables() {
        return List.of(Variable.PARAMS, Variable.TOKENS);
    }

    @Override
    default double predict(double... x) {
        return loss(x[0], x[1]);
    }

    /** Predicted loss, nats a token. */
    double loss(double params, double tokens);

    /** dL / d ln N with D = C / (6N), in nats a token: 0 on the frontier. */
    default double slopeAlongBudget(double params, double tokens) {
        return FrontierSearch.slopeAlongBudget(this, params, tokens);
    }

    /** Fewest training tokens D at which a model of N parameters reaches {@code loss}; infinite if it never does. */
    default double tokensToReach(double params, double loss) {
        return FrontierSearch.tokensToReach(this, params, loss);
    }

    /** N_opt(C): parameters of the model with the least loss at {@code flops}. */
    default double optimalParams(double flops) {
        return FrontierSearch.optimalParams(this, flops);
    }

    /** Least compute, in FLOPs, whose frontier loss is {@code loss}; infinite if no compute reaches it. */
    default double equivalentFlops(double loss) {
        return FrontierSearch.equivalentFlops(this, loss);
    }

    /** D_opt(C) = C / (6 N_opt(C)), in tokens. */
    default double optimalTokens(double flops) {
        return flops / (FLOPS_PER_PARAM_TOKEN * optimalParams(flops));
    }

    /** Loss on the compute-optimal frontier, nats a token. */
    default double optimalLoss(double flops) {
        return loss(optimalParams(flops), optimalTokens(flops));
    }
}
