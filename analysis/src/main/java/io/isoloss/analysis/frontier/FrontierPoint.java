package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;

/**
 * The compute-optimal model at one budget.
 *
 * @param flops C, FLOPs
 * @param params N_opt
 * @param tokens D_opt
 * @param loss nats a token; null if the approach gives none
 * @param newRunLoss where the loss of 95 % of single runs at N_opt, D_opt lies; null if the approach or the law cannot tell
 * @param extrapolated whether C lies outside the budgets that were measured
 */
public record FrontierPoint(
        double flops, Estimate params, Estimate tokens, Estimate loss, Estimate newRunLoss, boolean extrapolated) {}
