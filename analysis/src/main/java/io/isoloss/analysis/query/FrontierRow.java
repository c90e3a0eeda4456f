package io.isoloss.analysis.query;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.frontier.FrontierPoint;

/**
 * A row of the table {@code frontier}: the compute-optimal model at one budget by one approach. Bounds are those of 95 %
 * intervals, null where an interval is open; what the data cannot pin is null.
 *
 * @param flops C, FLOPs
 * @param approach 1, 2 or 3 of Hoffmann et al. 2022
 * @param optimalParams N_opt
 * @param optimalTokens D_opt
 * @param loss nats a token
 * @param newRunLossLow where the loss of 95 % of single runs at N_opt, D_opt begins
 * @param extrapolated whether C lies outside the budgets that were measured
 */
public record FrontierRow(
        Double flops,
        Integer approach,
        Double optimalParams,
        Double optimalParamsLow,
        Double optimalParamsHigh,
        Double optimalTokens,
        Double optimalTokensLow,
        Double optimalTokensHigh,
        Double loss,
        Double lossLow,
        Double lossHigh,
        Double newRunLossLow,
        Double newRunLossHigh,
        Boolean extrapolated) {

    public static FrontierRow of(int approach, FrontierPoint point) {
        Estimate loss = point.loss() == null ? Estimate.OPEN : point.loss();
        Estimate newRun = point.newRunLoss() == null ? Estimate.OPEN : point.newRunLoss();
        return new FrontierRow(
                point.flops(),
                approach,
                point.params().value(),
                point.params().low(),
                point.params().high(),
                point.tokens().value(),
                point.tokens().low(),
                point.tokens().high(),
                loss.value(),
                loss.low(),
                loss.high(),
                newRun.low(),
                newRun.high(),
                point.extrapolated());
    }
}
