package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * Why a design cannot be trained as written.
 *
 * @param pointer the culprit, as a JSON pointer into the design
 */
public record PlanProblem(String pointer, String message) implements Serializable {}
