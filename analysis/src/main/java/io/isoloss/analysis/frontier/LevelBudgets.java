package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;

/**
 * IsoFLOP budgets under another way of counting. Runs of one 6ND have unlike exact FLOPs, small ones the most for their
 * size, and along such a profile the loss falls for want of equal compute too. So each run is moved to the mean compute of
 * its budget, at its own N: D by the ratio of the two, the loss by the ratio that a fitted law gives them. Over the few tens
 * of per cent of such a move the law need only have the slope in D right.
 */
public final class LevelBudgets {
    private LevelBudgets() {}

    /** The points, each on the geometric mean compute of its budget; the order may change. */
    public static List<Observation> of(List<Observation> points, LossSurface law) {
        return Budgets.of(points).stream()
                .flatMap(budget -> {
                    double flops = Math.exp(budget.stream()
                            .mapToDouble(p -> Math.log(p.flops()))
                            .average()
                            .orElseThrow());
                    return budget.stream().map(point -> moved(point, flops, law));
                })
                .toList();
    }

    private static Observation moved(Observation point, double flops, LossSurface law) {
        double tokens = point.tokens() * flops / point.flops();
        double loss = point.loss() * law.loss(point.params(), tokens) / law.loss(point.params(), point.tokens());
        return new Observation(point.name(), point.params(), tokens, flops, flops, loss, point.lossStandardError());
    }
}
