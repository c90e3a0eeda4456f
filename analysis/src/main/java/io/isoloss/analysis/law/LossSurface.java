package io.isoloss.analysis.law;

import java.util.List;

/** A loss over N (parameters) and D (training tokens), in single units, with training compute C = 6ND. */
public sealed interface LossSurface extends ScalingLaw permits Chinchilla, OverTraining, Kaplan {
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

    /** Training tokens D at which a model of N parameters reaches {@code loss}; infinite if it never does. */
    double tokensToReach(double params, double loss);

    /** N_opt(C): parameters of the model with the least loss at {@code flops}. */
    double optimalParams(double flops);

    /** Least compute, in FLOPs, whose frontier loss is {@code loss}; infinite if no compute reaches it. */
    double equivalentFlops(double loss);

    /** D_opt(C) = C / (6 N_opt(C)), in tokens. */
    default double optimalTokens(double flops) {
        return flops / (FLOPS_PER_PARAM_TOKEN * optimalParams(flops));
    }

    /** Loss on the compute-optimal frontier, nats a token. */
    default double optimalLoss(double flops) {
        return loss(optimalParams(flops), optimalTokens(flops));
    }
}
