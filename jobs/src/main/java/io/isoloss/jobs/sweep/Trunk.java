package io.isoloss.jobs.sweep;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trials of one model that differ in their steps alone, under a schedule whose longer runs pass through the states of
 * shorter ones: all but their decays is trained once (Hägele et al. 2024, arXiv:2405.18392).
 *
 * @param branches shortest first; the last is the trunk
 */
public record Trunk(List<Trial> branches) implements Serializable {

    public Trunk {
        branches = branches.stream()
                .sorted(Comparator.comparingInt(trial -> trial.recipe().steps()))
                .toList();
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("Invalid trunk (want at least one trial)");
        }
        if (branches.stream().map(Trunk::key).distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "Invalid trunk (want trials that differ in steps alone, with steps to share): "
                            + branches.stream().map(Trial::name).toList());
        }
    }

    /** A trial by itself. */
    public static Trunk of(Trial trial) {
        return new Trunk(List.of(trial));
    }

    /** Trials grouped into trunks, those with the most to compute first. */
    public static List<Trunk> group(List<Trial> trials) {
        Map<Object, List<Trial>> groups = new LinkedHashMap<>();
        for (Trial trial : trials) {
            groups.computeIfAbsent(key(trial), key -> new ArrayList<>()).add(trial);
        }
        return groups.values().stream()
                .map(Trunk::new)
                .sorted(Comparator.comparingDouble(Trunk::flops).reversed())
                .toList();
    }

    public Trial longest() {
        return branches.get(branches.size() - 1);
    }

    /** Steps after which a branch leaves the trunk. */
    public int fork(Trial branch) {
        return branch.recipe().schedule().sharedSteps(branch.recipe().steps());
    }

    /** Exact FLOPs that training takes, those of shared steps once, and those on one device to compare with too. */
    public double flops() {
        Trial longest = longest();
        int trainings =
                longest.spec().mode() == null ? 1 : longest.spec().mode().trainings();
        return trainings * longest.flopsExact() * steps() / longest.recipe().steps();
    }

    /** Steps that are trained, shared ones once. */
    long steps() {
        long decays = branches.stream()
                .limit(branches.size() - 1L)
                .mapToLong(branch -> branch.recipe().steps() - (long) fork(branch))
                .sum();
        return decays + longest().recipe().steps();
    }

    /** Equal for trials of one trunk. */
    private static Object key(Trial trial) {
        Recipe recipe = trial.recipe();
        return recipe.schedule().sharedSteps(recipe.steps()) == 0
                        || trial.spec().mode() != null
                ? trial.runId()
                : new TrialSpec(
                                trial.spec().corpus(),
                                trial.spec().task(),
                                trial.shape(),
                                recipe.withSteps(Integer.MAX_VALUE))
                        .from(trial.spec().init());
    }
}
