package io.isoloss.analysis.runs;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Runs whose losses may lie on one surface: those of one family of models at one task.
 *
 * @param family of models; null for runs that Isoloss did not train beside several groups that it did
 * @param task what they predict; null where the family is
 */
public record RunGroup(String family, String task) implements Comparable<RunGroup> {
    /** The task of runs that name none. */
    public static final String NEXT_TOKEN = "next_token";

    private static final RunGroup OUTSIDE = new RunGroup(null, null);
    private static final Comparator<RunGroup> BY_NAME = Comparator.comparing(
                    RunGroup::family, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(
                    group -> NEXT_TOKEN.equals(group.task) ? "" : group.task,
                    Comparator.nullsLast(Comparator.naturalOrder()));

    /**
     * The runs by group, groups by name and the next token before other tasks. All stand in one group unless Isoloss
     * trained completed runs of several: an outside table's column of families says what a bootstrap draws together,
     * not what a law may hold. Runs from elsewhere then have a group of their own.
     */
    public static Map<RunGroup, List<Run>> split(List<Run> runs) {
        long trained = runs.stream()
                .filter(Run::completed)
                .map(RunGroup::of)
                .filter(group -> !group.equals(OUTSIDE))
                .distinct()
                .count();
        return trained < 2
                ? Map.of(runs.stream().map(RunGroup::of).min(BY_NAME).orElse(OUTSIDE), List.copyOf(runs))
                : runs.stream().collect(Collectors.groupingBy(RunGroup::of, TreeMap::new, Collectors.toList()));
    }

    /** What a run is for: its task, or the next token. */
    public static String taskOf(Run run) {
        return Objects.requireNonNullElse(run.training().task(), NEXT_TOKEN);
    }

    private static RunGroup of(Run run) {
        String family = run.identity().family();
        return family == null || run.identity().specification() == null ? OUTSIDE : new RunGroup(family, taskOf(run));
    }

    /** As a heading: the family, and the task where it is not the next token. */
    public String label() {
        if (family == null) {
            return "outside runs";
        }
        return task.equals(NEXT_TOKEN) ? family : family + ", " + taskInWords();
    }

    /** The task without underscores; null where it is unknown. */
    public String taskInWords() {
        return task == null ? null : task.replace('_', ' ');
    }

    @Override
    public int compareTo(RunGroup other) {
        return BY_NAME.compare(this, other);
    }
}
