package io.isoloss.analysis.report;

import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunGroup;
import io.isoloss.analysis.runs.RunTable;
import java.util.List;
import java.util.Map;

/**
 * A report on each group of runs that shares no fit with the others, for one page.
 *
 * @param problems of the whole table; those of a single group stand in its own table
 */
public record Reports(List<Part> parts, List<Problem> problems) {
    /**
     * A group's report.
     *
     * @param group null where there is but one
     */
    public record Part(RunGroup group, Report report) {}

    public Reports {
        parts = List.copyOf(parts);
        problems = List.copyOf(problems);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Invalid reports (want one or more): none");
        }
    }

    /** A page about one group. */
    public Reports(Report only) {
        this(List.of(new Part(null, only)), List.of());
    }

    /** As {@link Report#of}, of each {@linkplain RunGroup#split group} by itself. */
    public static Reports of(RunTable table, FitOptions options) {
        return of(table, List.of(), options);
    }

    /** As {@link Report#of(RunTable, List, FitOptions)}, of each {@linkplain RunGroup#split group} by itself. */
    public static Reports of(RunTable table, List<Run> others, FitOptions options) {
        Map<RunGroup, List<Run>> groups = RunGroup.split(table.runs());
        Map<RunGroup, List<Run>> othersOf = RunGroup.split(others);
        if (groups.size() == 1) {
            RunGroup only = groups.keySet().iterator().next();
            return new Reports(Report.of(table, othersOf.getOrDefault(only, List.of()), options));
        }
        return new Reports(
                groups.entrySet().stream()
                        .map(group -> new Part(
                                group.getKey(),
                                Report.of(
                                        new RunTable(group.getValue(), List.of()),
                                        othersOf.getOrDefault(group.getKey(), List.of()),
                                        options)))
                        .toList(),
                table.problems());
    }

    public boolean several() {
        return parts.size() > 1;
    }

    /** What the groups look like side by side. */
    public Comparison comparison() {
        return Comparison.of(parts);
    }
}
