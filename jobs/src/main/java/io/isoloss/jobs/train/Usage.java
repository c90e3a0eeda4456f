package io.isoloss.jobs.train;

/**
 * What the training of a trunk's trials took, tries that failed included.
 *
 * @param seconds of wall clock, from the call on
 * @param joules of its steps and evaluations, as metered; null if that is not known
 */
public record Usage(double seconds, Double joules) {}
