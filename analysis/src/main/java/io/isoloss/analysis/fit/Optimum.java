package io.isoloss.analysis.fit;

/**
 * How the compute-optimal model grows with C (Hoffmann et al. 2022, equation 4).
 *
 * @param paramsExponent a in N_opt = C^a
 * @param tokensExponent b in D_opt = C^b
 */
public record Optimum(Estimate paramsExponent, Estimate tokensExponent) {}
