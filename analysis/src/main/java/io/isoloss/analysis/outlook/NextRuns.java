package io.isoloss.analysis.outlook;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LossSurface;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The further runs that shrink the interval of N_opt at a target compute most for what they cost: a design that is
 * c-optimal to first order about the fitted law (Elfving 1952; Chaloner and Verdinelli 1995, section 3), under the
 * assumption that all runs have the same noise of log loss.
 *
 * @param targetFlops C of the N_opt in question
 * @param noise standard deviation of log loss, from the residuals of the fit
 * @param paramsNow N_opt(C) with the interval that it has
 * @param paramsThen N_opt(C) with the interval to expect after the runs, if the law holds
 * @param cells the runs, the most useful first; one that appears twice wants two seeds
 * @param flops cost of all of them
 */
public record NextRuns(
        double targetFlops, double noise, Estimate paramsNow, Estimate paramsThen, List<Cell> cells, double flops) {
    /** The grid of cells has this many sizes, and as many token counts, to a factor of two. */
    private static final double CELLS_PER_OCTAVE = 2;

    private static final double NORMAL_95 = 1.959964;

    /**
     * A run to train.
     *
     * @param flops 6ND
     * @param varianceReduction share of the present variance of ln N_opt(C) that it takes away, after the cells before it
     * @param reductionPerExaflop that share for each 1e18 FLOPs of its cost
     */
    public record Cell(
            double params, double tokens, double flops, double varianceReduction, double reductionPerExaflop) {}

    public NextRuns {
        cells = List.copyOf(cells);
    }

    /** What may be trained. */
    record Candidate(double params, double tokens) {
        double flops() {
            return LossSurface.FLOPS_PER_PARAM_TOKEN * params * tokens;
        }
    }

    /**
     * The best {@code count} runs, for no more than {@code spendFlops} in all. Sizes, token counts and compute stay within
     * those measured, where the recipe is known to work; only where a single run may spend more than any so far do the
     * ranges grow with it.
     *
     * @param spendFlops what all may cost together; null for {@code count} times the mean cost of the runs so far
     * @param runFlops what one may cost; null for that of the dearest so far
     * @throws IsolossException of kind UNSUPPORTED if the law is not Chinchilla's; of kind BAD_INPUT if the spend buys no run
     */
    public static NextRuns of(
            FittedLaw fitted,
            List<Observation> runs,
            double targetFlops,
            int count,
            Double spendFlops,
            Double runFlops) {
        if (!(fitted.law() instanceof Chinchilla law)) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot choose next runs for the law " + fitted.law().name() + "; fit the law " + Chinchilla.NAME
                            + ".");
        }
        Information now = new Information(law, runs);
        if (!now.identified()) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot choose next runs: the " + runs.size()
                            + " runs so far do not tell the law's terms apart; vary N and D independently.");
        }
        double spend = spendFlops != null
                ? spendFlops
                : count
                        * runs.stream()
                                .mapToDouble(Observation::flops)
                                .average()
                                .orElseThrow();
        List<Candidate> candidates = candidates(runs, runFlops);
        double cheapest =
                candidates.stream().mapToDouble(Candidate::flops).min().orElse(Double.POSITIVE_INFINITY);
        if (count * cheapest > spend) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot buy " + count + " runs for " + spend
                            + " FLOPs: the cheapest among the sizes and token counts"
                            + " measured costs " + cheapest + "; raise --spend to " + count * cheapest
                            + " or ask for fewer.");
        }
        double[] target = now.optimumSlopes(targetFlops);
        List<Candidate> chosen =
                exchange(now, target, greedy(now, target, candidates, count, spend), candidates, spend);
        return answer(fitted, law, runs, targetFlops, now, chosen);
    }

    /** A grid over the sizes and token counts measured, less what is cheaper than any run so far or dearer than allowed. */
    static List<Candidate> candidates(List<Observation> runs, Double runFlops) {
        double least = range(runs, Observation::flops)[0];
        double most = range(runs, Observation::flops)[1];
        double cap = runFlops == null ? most : runFlops;
        double growth = Math.sqrt(Math.max(1, cap / most));
        double[] params = range(runs, Observation::params);
        double[] tokens = range(runs, Observation::tokens);
        double rounding = 1 + 1e-9; // the dearest run itself is a candidate
        List<Candidate> candidates = new ArrayList<>();
        for (double n : steps(params[0], params[1] * growth)) {
            for (double d : steps(tokens[0], tokens[1] * growth)) {
                Candidate candidate = new Candidate(n, d);
                if (candidate.flops() * rounding >= least && candidate.flops() <= cap * rounding) {
                    candidates.add(candidate);
                }
            }
        }
        return candidates;
    }

    private static double[] steps(double low, double high) {
        int steps = Math.max(1, (int) Math.rint(CELLS_PER_OCTAVE * Math.log(high / low) / Math.log(2)));
        double[] values = new double[steps + 1];
        for (int i = 0; i <= steps; i++) {
            values[i] = low * Math.pow(high / low, (double) i / steps);
        }
        return values;
    }

    private static double[] range(List<Observation> runs, ToDoubleFunction<Observation> value) {
        return new double[] {
            runs.stream().mapToDouble(value).min().orElseThrow(),
            runs.stream().mapToDouble(value).max().orElseThrow()
        };
    }

    /** One after the other the most useful that an equal share of what is left can pay. */
    private static List<Candidate> greedy(
            Information now, double[] target, List<Candidate> candidates, int count, double spend) {
        List<Candidate> chosen = new ArrayList<>();
        Information information = now;
        double left = spend;
        for (int k = 0; k < count; k++) {
            double share = left / (count - k) * (1 + 1e-9);
            Information before = information;
            Candidate best = candidates.stream()
                    .filter(candidate -> candidate.flops() <= share)
                    .max(Comparator.comparingDouble(
                            candidate -> before.reduction(target, candidate.params(), candidate.tokens())))
                    .orElseThrow();
            chosen.add(best);
            information = information.with(best.params(), best.tokens());
            left -= best.flops();
        }
        return chosen;
    }

    /** Swaps single runs while a swap within the spend lowers the variance (Fedorov 1972). */
    private static List<Candidate> exchange(
            Information now, double[] target, List<Candidate> start, List<Candidate> candidates, double spend) {
        List<Candidate> chosen = new ArrayList<>(start);
        boolean improved = true;
        while (improved) {
            improved = false;
            for (int k = 0; k < chosen.size(); k++) {
                List<Candidate> others = new ArrayList<>(chosen);
                Candidate present = others.remove(k);
                Information without = now;
                double cost = 0;
                for (Candidate other : others) {
                    without = without.with(other.params(), other.tokens());
                    cost += other.flops();
                }
                double left = (spend - cost) * (1 + 1e-9);
                double best = without.reduction(target, present.params(), present.tokens());
                for (Candidate candidate : candidates) {
                    double reduction = without.reduction(target, candidate.params(), candidate.tokens());
                    if (candidate.flops() <= left && reduction > best * (1 + 1e-9)) {
                        best = reduction;
                        chosen.set(k, candidate);
                        improved = true;
                    }
                }
            }
        }
        return chosen;
    }

    private static NextRuns answer(
            FittedLaw fitted,
            Chinchilla law,
            List<Observation> runs,
            double targetFlops,
            Information now,
            List<Candidate> chosen) {
        double[] target = now.optimumSlopes(targetFlops);
        double variance = now.variance(target);
        List<Candidate> left = new ArrayList<>(chosen);
        List<Cell> cells = new ArrayList<>();
        Information information = now;
        while (!left.isEmpty()) {
            Information before = information;
            Candidate best = left.stream()
                    .max(Comparator.comparingDouble(candidate ->
                            before.reduction(target, candidate.params(), candidate.tokens()) / candidate.flops()))
                    .orElseThrow();
            left.remove(best);
            double share = before.reduction(target, best.params(), best.tokens()) / variance;
            cells.add(new Cell(best.params(), best.tokens(), best.flops(), share, share / best.flops() * 1e18));
            information = information.with(best.params(), best.tokens());
        }
        double shrink = Math.sqrt(information.variance(target) / variance);
        double noise = noise(law, runs);
        double optimum = law.optimalParams(targetFlops);
        double error = NORMAL_95 * noise * Math.sqrt(variance);
        Estimate present = fitted.replicates().isEmpty()
                ? new Estimate(optimum, optimum * Math.exp(-error), optimum * Math.exp(error), true)
                : Estimate.of(
                        optimum,
                        fitted.surfaces().stream()
                                .mapToDouble(replicate -> replicate.optimalParams(targetFlops))
                                .toArray());
        return new NextRuns(
                targetFlops,
                noise,
                present,
                new Estimate(
                        optimum,
                        optimum * Math.pow(present.low() / optimum, shrink),
                        optimum * Math.pow(present.high() / optimum, shrink),
                        true),
                cells,
                cells.stream().mapToDouble(Cell::flops).sum());
    }

    private static double noise(Chinchilla law, List<Observation> runs) {
        double squares = runs.stream()
                .mapToDouble(run -> Math.log(run.loss() / law.loss(run.params(), run.tokens())))
                .map(residual -> residual * residual)
                .sum();
        return Math.sqrt(squares / Math.max(1, runs.size() - Information.SIZE));
    }
}
