package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * IsoFLOP budgets under another way of counting. Runs of one 6ND have unlike exact FLOPs, and along such a profile the loss
 * falls for want of equal compute too. So each run is moved to the mean compute of its budget, at its own N: D by the ratio of
 * the two, the loss by the ratio that a fitted law gives them. Over the few tens of per cent of such a move the law need only
 * have the slope in D right.
 */
public final class LevelBudgets {
    private LevelBudgets() {}

    /**
     * The runs of each budget on its geometric mean compute.
     *
     * @param stated the runs as they were planned, which says what budget each belongs to; runs on none are left out
     * @param counted the same runs under another convention, by the same names
     */
    public static List<Observation> of(List<Observation> stated, List<Observation> counted, LossSurface law) {
        Map<String, Observation> byName =
                counted.stream().collect(Collectors.toMap(Observation::name, Function.identity()));
        return Budgets.of(stated).stream()
                .filter(budget -> budget.get(0).budgetFlops() != null || !IsoFlopProfile.spread(budget))
                .flatMap(budget -> {
                    List<Observation> points =
                            budget.stream().map(p -> byName.get(p.name())).toList();
                    double flops = IsoFlopProfile.geometricMean(points);
                    return points.stream().map(point -> moved(point, flops, law));
                })
                .toList();
    }

    private static Observation moved(Observation point, double flops, LossSurface law) {
        double tokens = point.tokens() * flops / point.flops();
        double loss = point.loss() * law.loss(point.params(), tokens) / law.loss(point.params(), point.tokens());
        return new Observation(point.name(), point.params(), tokens, flops, flops, loss, point.lossStandardError());
    }
}
