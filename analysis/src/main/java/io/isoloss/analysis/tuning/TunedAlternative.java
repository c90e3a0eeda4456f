package io.isoloss.analysis.tuning;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Whether the frontier would lie elsewhere had each model trained with the best learning rate and batch that the runs have
 * for it. Runs of one cell have N, budget or data, and all of the recipe but learning rate, batch and seed in common.
 *
 * @param rule most of the cells were trained by it
 * @param cells with a run by the rule
 * @param better cells of these where another choice has a lower loss
 * @param flops largest budget with a minimum either way; null if there is none
 * @param params N_opt there by the rule; null likewise
 * @param tunedParams N_opt there by the best runs; null likewise
 * @param exponent of N_opt by the rule; open if not supported
 * @param tunedExponent by the best runs; likewise
 */
public record TunedAlternative(
        String rule,
        int cells,
        int better,
        Double flops,
        Estimate params,
        Estimate tunedParams,
        Estimate exponent,
        Estimate tunedExponent) {
    /** How the column of a grid of rates starts: each of its rates is a choice by itself. */
    private static final String GRID = "grid";

    /** Data within this factor is the same amount: steps are whole. */
    private static final double SAME_TOKENS = 1.02;

    /** What a cell's runs share: the size, the budget or data, and the rest of the specification. */
    private record Cell(double params, double amount, String rest) {}

    /** Compares; null where no cell has two choices of learning rate or batch. */
    public static TunedAlternative of(List<Run> runs) {
        Map<Cell, TreeMap<String, List<Run>>> cells = new LinkedHashMap<>();
        for (Run run : runs) {
            if (run.completed() && run.params() != null && run.tokens() != null && run.loss() != null) {
                cells.computeIfAbsent(cell(run), cell -> new TreeMap<>())
                        .computeIfAbsent(choice(run), choice -> new ArrayList<>())
                        .add(run);
            }
        }
        if (cells.values().stream().noneMatch(choices -> choices.size() > 1)) {
            return null;
        }
        String rule = commonest(cells.values());
        List<Run> byRule = new ArrayList<>();
        List<Run> best = new ArrayList<>();
        int covered = 0;
        int better = 0;
        for (TreeMap<String, List<Run>> choices : cells.values()) {
            List<Run> own = choices.get(rule);
            if (own != null) {
                List<Run> lowest = choices.values().stream()
                        .min(Comparator.comparingDouble(TunedAlternative::meanLoss))
                        .orElseThrow();
                byRule.addAll(own);
                best.addAll(meanLoss(lowest) < meanLoss(own) ? lowest : own);
                covered++;
                better += meanLoss(lowest) < meanLoss(own) ? 1 : 0;
            }
        }
        return compare(rule, covered, better, frontier(byRule), frontier(best));
    }

    private static IsoFlopFrontier frontier(List<Run> runs) {
        return IsoFlopFrontier.of(Observation.from(runs), 0, 0);
    }

    private static TunedAlternative compare(
            String rule, int cells, int better, IsoFlopFrontier byRule, IsoFlopFrontier best) {
        IsoFlopProfile own = null;
        IsoFlopProfile tuned = null;
        for (IsoFlopProfile profile : byRule.profiles()) {
            IsoFlopProfile other = best.profiles().stream()
                    .filter(candidate -> Math.abs(candidate.flops() / profile.flops() - 1) < SAME_TOKENS - 1)
                    .findFirst()
                    .orElse(null);
            if (profile.usable() && other != null && other.usable()) {
                own = profile;
                tuned = other;
            }
        }
        return new TunedAlternative(
                rule,
                cells,
                better,
                own == null ? null : (Double) own.flops(),
                own == null ? null : own.params(),
                tuned == null ? null : tuned.params(),
                byRule.paramsExponent(),
                best.paramsExponent());
    }

    /** The choice that most cells have; of several one by a rule, then the one with the lowest losses. */
    private static String commonest(Iterable<TreeMap<String, List<Run>>> cells) {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Boolean> byHand = new TreeMap<>();
        Map<String, Double> losses = new TreeMap<>();
        for (TreeMap<String, List<Run>> choices : cells) {
            choices.forEach((choice, runs) -> {
                counts.merge(choice, 1, Integer::sum);
                byHand.put(choice, !hasRule(runs.get(0)));
                losses.merge(choice, meanLoss(runs), Double::sum);
            });
        }
        return counts.keySet().stream()
                .min(Comparator.comparingInt((String choice) -> -counts.get(choice))
                        .thenComparing(byHand::get)
                        .thenComparingDouble(losses::get))
                .orElseThrow();
    }

    private static double meanLoss(List<Run> runs) {
        return runs.stream().mapToDouble(Run::loss).average().orElseThrow();
    }

    private static Cell cell(Run run) {
        Double budget = run.identity().budgetFlops();
        double amount = budget != null ? budget : Math.rint(Math.log(run.tokens()) / Math.log(SAME_TOKENS));
        String specification = run.identity().specification();
        String rest = specification == null
                ? Objects.requireNonNullElse(run.identity().family(), "")
                : specification
                        .replaceAll("\"(peak_learning_rate|batch_sequences|steps|init_seed|data_seed)\":[^,}]*,?", "")
                        .replaceAll("\"batch_growth\":\\{[^}]*},?", "");
        return new Cell(run.params(), amount, rest);
    }

    private static boolean hasRule(Run run) {
        String rule = run.training().learningRateRule();
        return rule != null && !rule.startsWith(GRID);
    }

    private static String choice(Run run) {
        String rate = hasRule(run)
                ? run.training().learningRateRule()
                : Objects.toString(run.provenance().peakLearningRate(), "unknown");
        String batch = run.training().batchRule();
        if (batch == null) {
            batch = run.provenance().batchSequences() + " sequences";
        }
        return "rate " + rate + "; batch " + batch;
    }

    /** Whether N_opt at the largest budget or the exponent leaves the interval that the rule's runs give it. */
    public boolean movesFrontier() {
        return movesParams() || movesExponent();
    }

    private boolean movesParams() {
        return params != null && outside(tunedParams, params);
    }

    private boolean movesExponent() {
        return outside(tunedExponent, exponent);
    }

    private static boolean outside(Estimate tuned, Estimate own) {
        return tuned.value() != null
                && own.low() != null
                && own.high() != null
                && (tuned.value() < own.low() || tuned.value() > own.high());
    }

    /** The warning, in sentences; null where the frontier stays. */
    public String warning() {
        if (!movesFrontier()) {
            return null;
        }
        String moved = movesParams()
                ? String.format(
                        Locale.ROOT,
                        "N_opt at %.3g FLOPs is %.3g instead of %.3g (95 %%: %.3g to %.3g)",
                        flops,
                        tunedParams.value(),
                        params.value(),
                        params.low(),
                        params.high())
                : "";
        String steeper = movesExponent()
                ? String.format(
                        Locale.ROOT,
                        "the exponent of N_opt is %.3f instead of %.3f (95 %%: %.3f to %.3f)",
                        tunedExponent.value(),
                        exponent.value(),
                        exponent.low(),
                        exponent.high())
                : "";
        return "A tuned learning rate or batch moves the frontier: with the best of the runs of each size and budget, which is"
                + " another than " + rule + " in " + better + " of " + cells + " cells, " + moved
                + (moved.isEmpty() || steeper.isEmpty() ? "" : ", and ") + steeper
                + ". Tune the sweep (isoloss tune) before trusting its frontier.";
    }
}
