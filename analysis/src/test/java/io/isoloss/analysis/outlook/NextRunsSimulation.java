package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.outlook.NextRuns.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What {@link NextRuns} brings, against other runs of the same cost. */
final class NextRunsSimulation {
    static final double TARGET = 1e24;
    static final double NOISE = 3e-3;
    private static final Chinchilla LAW = Surfaces.CHINCHILLA;

    private NextRunsSimulation() {}

    /**
     * Widths of the 95 % bootstrap interval of ln N_opt(target), and misses of ln N_opt, after the first sweep and after
     * further runs.
     */
    record Outcome(Found before, double expected, Found chosen, Found random, Found again) {}

    record Found(double width, double miss) {}

    /** Five IsoFLOP budgets of seven sizes, and then for what the largest budget cost: the chosen, random ones, or it again. */
    static Outcome simulate(long seed, int count, int replicates) {
        Random random = new Random(seed);
        List<Observation> runs = Surfaces.isoFlops(LAW, NOISE, seed);
        FittedLaw fitted = Fits.fit(runs, replicates, seed);
        List<Observation> largest = runs.stream()
                .sorted(Comparator.comparingDouble(Observation::flops).reversed())
                .limit(7)
                .toList();
        double spend = largest.stream().mapToDouble(Observation::flops).sum();
        NextRuns next = NextRuns.of(fitted, runs, TARGET, count, spend, null);
        List<Candidate> chosen = next.cells().stream()
                .map(cell -> new Candidate(cell.params(), cell.tokens()))
                .toList();
        List<Candidate> again = largest.stream()
                .map(run -> new Candidate(run.params(), run.tokens()))
                .toList();
        return new Outcome(
                found(fitted),
                Math.log(next.paramsThen().high() / next.paramsThen().low()),
                after(runs, chosen, random, replicates, seed),
                after(runs, randomCells(NextRuns.candidates(runs, null), next, random), random, replicates, seed),
                after(runs, again, random, replicates, seed));
    }

    /**
     * As many cells as were chosen, drawn from the same grid less the cheapest, until they cost within a tenth of what the
     * chosen do.
     */
    private static List<Candidate> randomCells(List<Candidate> candidates, NextRuns next, Random random) {
        double share = next.flops() / next.cells().size();
        List<Candidate> dear = candidates.stream()
                .filter(candidate -> candidate.flops() > share / 4)
                .toList();
        while (true) {
            List<Candidate> cells = random.ints(next.cells().size(), 0, dear.size())
                    .mapToObj(dear::get)
                    .toList();
            double cost = cells.stream().mapToDouble(Candidate::flops).sum();
            if (Math.abs(cost / next.flops() - 1) < 0.1) {
                return cells;
            }
        }
    }

    private static Found after(
            List<Observation> runs, List<Candidate> further, Random random, int replicates, long seed) {
        List<Observation> all = new ArrayList<>(runs);
        for (Candidate cell : further) {
            double loss = LAW.loss(cell.params(), cell.tokens()) * Math.exp(NOISE * random.nextGaussian());
            all.add(Observation.of("n" + all.size(), cell.params(), cell.tokens(), loss));
        }
        return found(Fits.fit(all, replicates, seed));
    }

    private static Found found(FittedLaw fitted) {
        double[] logs = fitted.surfaces().stream()
                .mapToDouble(law -> Math.log(law.optimalParams(TARGET)))
                .sorted()
                .toArray();
        return new Found(
                logs[(int) Math.round(0.975 * (logs.length - 1))] - logs[(int) Math.round(0.025 * (logs.length - 1))],
                Math.log(fitted.surface().optimalParams(TARGET) / LAW.optimalParams(TARGET)));
    }

    static double mean(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElseThrow();
    }

    static double rootMeanSquareMiss(List<Outcome> outcomes, Function<Outcome, Found> found) {
        return Math.sqrt(mean(outcomes, outcome -> Math.pow(found.apply(outcome).miss(), 2)));
    }
}
