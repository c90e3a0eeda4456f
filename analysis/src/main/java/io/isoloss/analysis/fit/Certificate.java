package io.isoloss.analysis.fit;

/**
 * Why an optimum can be trusted.
 *
 * @param starts polished starting points
 * @param agreeing starts that ended at the best objective, within one part in 1e9
 * @param gap relative distance from the best objective to the best that disagrees; null if all agree
 * @param gradientNorm largest component of the gradient, relative to the sum of its absolute terms
 * @param conditionNumber of the Hessian in scaled parameters; null if it is not positive definite
 */
public record Certificate(int starts, int agreeing, Double gap, double gradientNorm, Double conditionNumber) {}
