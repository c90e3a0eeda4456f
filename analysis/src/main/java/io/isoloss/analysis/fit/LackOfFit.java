package io.isoloss.analysis.fit;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Whether a law misses the points it was fitted to by more than their noise. The test is the sharpest that the data offer:
 *
 * <ul>
 *   <li>{@code pure-error}: cells with several runs at the same x give the noise; F of the misses of the cells' means over
 *       the scatter within cells (Draper and Smith 1998, section 2.1).
 *   <li>{@code standard-errors}: each point states a standard error; chi-square of the residuals in units of it. A standard
 *       error of the evaluation alone leaves out what seeds add.
 *   <li>{@code curvature}: neither; F of the residuals on squares and products of the logs of x, or the square and cube of
 *       one (after Ramsey 1969).
 * </ul>
 *
 * All are tests of linear regression, at the law one least-squares step from the fitted one. For squares that is the fitted law,
 * and they are exact but for its curvature; for Huber's cost and the like they are approximate, and a run far off counts in full.
 *
 * @param test which
 * @param statistic F, or chi-square
 * @param freedom degrees of freedom of the misses
 * @param noiseFreedom degrees of freedom of the noise that F compares with; null for chi-square
 * @param pValue chance of a statistic as large if the law holds
 * @param warning where {@code pValue} is below .01, by how much and where the law misses; else null
 */
public record LackOfFit(
        String test,
        double statistic,
        int freedom,
        Integer noiseFreedom,
        double pValue,
        @JsonIgnore String warning) {}
