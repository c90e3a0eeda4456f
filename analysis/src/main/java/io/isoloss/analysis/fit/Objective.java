package io.isoloss.analysis.fit;

/**
 * What a fit minimised.
 *
 * @param delta where the Huber loss turns from square to linear, in residual units
 * @param residuals "log" or "plain"
 * @param reduction "sum" or "mean" over the points
 * @param value at the optimum
 */
public record Objective(String name, double delta, String residuals, String reduction, double value) {}
