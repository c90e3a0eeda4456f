package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.LossSurface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Where, among measured runs, a smaller model beats a larger one: every pair of sizes on nearly equal terms is tested, one
 * sided, and Holm's step-down keeps the probability of even one false finding at or below {@code alarmRate}, however the
 * pairs depend on each other (Holm 1979, Scandinavian Journal of Statistics 6).
 *
 * @param alarmRate probability of a false finding among all pairs
 * @param pairs how many were tested on each terms
 * @param found the pairs in which the smaller surely wins, the surest first
 */
public record Upsets(double alarmRate, RunNoise noise, Map<Terms, Integer> pairs, List<Upset> found) {
    /** On equal terms the smaller may use this much more of compute, data or lifetime compute: steps are whole. */
    public static final double SLACK = 0.01;
    /** On equal lifetime it may use so much less, since no sweep is laid out along lifetimes; it then wins with less. */
    public static final double LIFETIME_SPARE = 0.2;

    public Upsets {
        if (!(alarmRate > 0 && alarmRate < 1)) {
            throw new IllegalArgumentException("Invalid alarm rate (want between 0 and 1): " + alarmRate);
        }
        pairs = Collections.unmodifiableMap(new EnumMap<>(pairs));
        found = List.copyOf(found);
    }

    /** Runs that share N and D. */
    private record Cell(List<Observation> runs) {
        Observation first() {
            return runs.get(0);
        }

        double params() {
            return first().params();
        }

        double logLoss() {
            return runs.stream()
                    .mapToDouble(run -> Math.log(run.loss()))
                    .average()
                    .orElseThrow();
        }

        double variance(RunNoise noise) {
            return runs.stream().mapToDouble(noise::variance).sum() / ((double) runs.size() * runs.size());
        }
    }

    /**
     * Tests all pairs.
     *
     * @param law fitted to the runs, to know the noise by where no runs repeat; null if none could be
     * @param served tokens that each model serves, for equal lifetimes; null for none
     */
    public static Upsets of(List<Observation> runs, LossSurface law, Double served, double alarmRate) {
        Map<List<Double>, List<Observation>> byCell = new LinkedHashMap<>();
        runs.forEach(run -> byCell.computeIfAbsent(List.of(run.params(), run.tokens()), key -> new ArrayList<>())
                .add(run));
        RunNoise noise = RunNoise.of(byCell.values(), law);
        List<Cell> cells = byCell.values().stream()
                .map(Cell::new)
                .sorted(Comparator.comparingDouble(Cell::params))
                .toList();
        List<Upset> tested = new ArrayList<>();
        for (Terms terms : Terms.values()) {
            for (int i = 0; i < cells.size(); i++) {
                for (int j = i + 1; j < cells.size(); j++) {
                    if (comparable(terms, cells.get(i).first(), cells.get(j).first(), served)) {
                        tested.add(test(terms, cells.get(i), cells.get(j), noise));
                    }
                }
            }
        }
        Map<Terms, Integer> pairs = new EnumMap<>(Terms.class);
        tested.forEach(upset -> pairs.merge(upset.terms(), 1, Integer::sum));
        return new Upsets(alarmRate, noise, pairs, surest(tested, alarmRate));
    }

    /** With the runs under other names. */
    public Upsets named(Map<String, String> names) {
        return new Upsets(
                alarmRate,
                noise,
                pairs,
                found.stream()
                        .map(upset -> upset.named(names.get(upset.smaller()), names.get(upset.larger())))
                        .toList());
    }

    private static boolean comparable(Terms terms, Observation smaller, Observation larger, Double served) {
        if (smaller.params() == larger.params()) {
            return false;
        }
        return switch (terms) {
            case AS_TRAINED -> false;
            case COMPUTE ->
                (smaller.budgetFlops() != null && larger.budgetFlops() != null)
                        ? smaller.budgetFlops().equals(larger.budgetFlops())
                        : near(smaller.flops(), larger.flops(), SLACK);
            case DATA -> near(smaller.tokens(), larger.tokens(), SLACK);
            case LIFETIME ->
                served != null && near(lifetime(smaller, served), lifetime(larger, served), LIFETIME_SPARE);
        };
    }

    private static double lifetime(Observation run, double served) {
        return run.flops() + Terms.FLOPS_PER_SERVED * run.params() * served;
    }

    private static boolean near(double smaller, double larger, double spare) {
        return smaller <= larger * (1 + SLACK) && smaller >= larger * (1 - spare);
    }

    private static Upset test(Terms terms, Cell smaller, Cell larger, RunNoise all) {
        RunNoise noise = all.apartFrom(
                Stream.concat(smaller.runs.stream(), larger.runs.stream()).toList());
        RealDistribution spread =
                noise.freedom() == null ? new NormalDistribution(null, 0, 1) : new TDistribution(null, noise.freedom());
        double logAdvantage = larger.logLoss() - smaller.logLoss();
        double error = Math.sqrt(smaller.variance(noise) + larger.variance(noise));
        // The lower tail of the negative, which keeps its digits where 1 - F has none; 0 / 0 where nothing differs.
        double p = logAdvantage == 0 ? 0.5 : spread.cumulativeProbability(-logAdvantage / error);
        return new Upset(
                terms,
                smaller.first().name(),
                smaller.params(),
                smaller.first().tokens(),
                larger.first().name(),
                larger.params(),
                larger.first().tokens(),
                Math.exp(larger.logLoss()) - Math.exp(smaller.logLoss()),
                p,
                p);
    }

    /** Holm's step-down: the i-th smallest of m p-values counts m - i + 1 fold, and no less than the one before it. */
    private static List<Upset> surest(List<Upset> tested, double alarmRate) {
        List<Upset> sorted =
                tested.stream().sorted(Comparator.comparingDouble(Upset::p)).toList();
        List<Upset> found = new ArrayList<>();
        double adjusted = 0;
        for (int i = 0; i < sorted.size(); i++) {
            Upset upset = sorted.get(i);
            adjusted = Math.max(adjusted, Math.min(1, (sorted.size() - i) * upset.p()));
            if (adjusted > alarmRate) {
                break;
            }
            found.add(upset.adjusted(adjusted));
        }
        return found;
    }
}
