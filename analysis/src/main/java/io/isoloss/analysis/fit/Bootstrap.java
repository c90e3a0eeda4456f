package io.isoloss.analysis.fit;

/**
 * The re-fits behind the intervals.
 *
 * @param failed replicates without a certified optimum; they are left out of the intervals
 */
public record Bootstrap(int replicates, int failed, long seed) {}
