package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Observations by IsoFLOP budget. */
final class Budgets {
    /** Neighbours in C further apart than this belong to different budgets. */
    private static final double GAP = 1.05;

    private Budgets() {}

    /**
     * Groups by the stated budget where any is stated (points without one then belong to none), else by clusters of
     * nearly equal compute. Budgets ascend.
     */
    static List<List<Observation>> of(List<Observation> points) {
        if (points.stream().anyMatch(point -> point.budgetFlops() != null)) {
            TreeMap<Double, List<Observation>> stated = new TreeMap<>();
            points.stream()
                    .filter(point -> point.budgetFlops() != null)
                    .forEach(point -> stated.computeIfAbsent(point.budgetFlops(), budget -> new ArrayList<>())
                            .add(point));
            return List.copyOf(stated.values());
        }
        List<List<Observation>> clusters = new ArrayList<>();
        double last = 0;
        for (Observation point : points.stream()
                .sorted(Comparator.comparingDouble(Observation::flops))
                .toList()) {
            if (point.flops() > last * GAP) {
                clusters.add(new ArrayList<>());
            }
            clusters.get(clusters.size() - 1).add(point);
            last = point.flops();
        }
        return clusters;
    }
}
