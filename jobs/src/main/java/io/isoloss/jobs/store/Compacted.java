package io.isoloss.jobs.store;

import io.isoloss.analysis.runs.Problem;
import java.util.List;

/**
 * What a compaction did.
 *
 * @param folded loose files of runs that are in parts now
 * @param written parts written
 * @param manifest N of the manifest that it wrote; null if there was nothing to do, or another compaction was first
 * @param problems damaged files that were left where they are, or set aside
 */
public record Compacted(int folded, int written, Integer manifest, List<Problem> problems) {
    static final Compacted NOTHING = new Compacted(0, 0, null, List.of());

    public Compacted {
        problems = List.copyOf(problems);
    }
}
