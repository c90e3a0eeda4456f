package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A loss surface over N (parameters) and D (training tokens), in single units, with training compute C = 6ND. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "form")
@JsonSubTypes(@JsonSubTypes.Type(value = Chinchilla.class, name = Chinchilla.NAME))
public sealed interface ScalingLaw permits Chinchilla {
    /** FLOPs for each parameter and token: two forward, four backward (Kaplan et al. 2020, section 2.1). */
    double FLOPS_PER_PARAM_TOKEN = 6;

    /** The name that commands and files use. */
    String name();

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
