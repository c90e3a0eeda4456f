package io.isoloss.analysis.fit;

/**
 * What a fitted law foretells at one x.
 *
 * @param mean the law itself, with the interval of its bootstrap: where the mean of many runs lies, if the law holds
 * @param newRun the same value with the interval that holds 95 % of single new runs, of the noise of those fitted; null if the
 *     law has no bootstrap or its file no noise
 */
public record Prediction(Estimate mean, Estimate newRun) {}
