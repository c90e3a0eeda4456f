package io.isoloss.analysis.runs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Outside runs under ids of our own, for a place in the runs table. An id is the SHA-256 of the canonical row: every column
 * but the id, the units and conventions already made ours, with its name, sorted. So the same row has the same id whenever
 * and from wherever it is imported, and a corrected row has another.
 */
public final class ImportedRuns {
    private static final String VERSION = "isoloss imported row 1";

    private ImportedRuns() {}

    /**
     * The runs under ids from their content. A run that has a hash for its id, as those of Isoloss have, keeps it; of rows
     * that are alike and were kept, each has its number in the hash.
     *
     * @param file where the runs come from; goes into the provenance, not into the id
     */
    public static List<Run> identified(List<Run> runs, String file) {
        Map<String, Integer> copies = new HashMap<>();
        List<Run> identified = new ArrayList<>();
        for (Run run : runs) {
            Map<String, Object> columns = ParquetTable.RUNS.columns().flatten(run);
            if (!run.hasHash()) {
                columns.remove("run_id");
                String row = canonical(columns);
                columns.put("run_id", sha256(row + "copy=" + copies.merge(row, 1, Integer::sum)));
            }
            columns.putIfAbsent("imported_from", file);
            identified.add(ParquetTable.RUNS.columns().assemble(columns::get));
        }
        return identified;
    }

    /** A name for a file of these runs: the SHA-256 of their ids. */
    public static String fileId(List<Run> runs) {
        return sha256(String.join("\n", runs.stream().map(Run::id).sorted().toList()));
    }

    private static String canonical(Map<String, Object> columns) {
        StringBuilder row = new StringBuilder(VERSION).append('\n');
        new TreeMap<>(columns).forEach((column, value) -> {
            if (value != null) {
                String text = value.toString();
                row.append(column)
                        .append('=')
                        .append(text.length())
                        .append(':')
                        .append(text)
                        .append('\n');
            }
        });
        return row.toString();
    }

    private static String sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
