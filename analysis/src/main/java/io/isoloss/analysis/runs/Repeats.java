package io.isoloss.analysis.runs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows that say the same twice, as a table that was exported and joined twice has them. Every interval narrows by the root
 * of the number of copies, and nothing else shows it.
 *
 * <p>A row repeats another if every column of the runs table agrees, N, D and the loss among them, to the last digit, and
 * either the names agree (or there are none) or both give the same seed. Repeated seeds have other losses, and are no
 * repeats. A table without N is not searched: a long learning curve may hold a point twice.
 */
final class Repeats {
    private record Point(double params, double tokens, double loss) {}

    private Repeats() {}

    /** @throws io.isoloss.analysis.IsolossException of kind BAD_INPUT naming the rows, if repeats are refused */
    static List<TableRow> settle(String source, List<TableRow> rows, Reading.Duplicates duplicates) {
        Map<Point, List<TableRow>> seen = new HashMap<>();
        List<TableRow> kept = new ArrayList<>();
        List<String> repeats = new ArrayList<>();
        for (TableRow row : rows) {
            TableRow earlier = null;
            Run run = row.run();
            if (run.params() != null && run.tokens() != null && run.loss() != null) {
                List<TableRow> alike = seen.computeIfAbsent(
                        new Point(run.params(), run.tokens(), run.loss()), point -> new ArrayList<>(1));
                earlier = alike.stream()
                        .filter(other -> columns(other).equals(columns(row)))
                        .findFirst()
                        .orElse(null);
                if (earlier == null) {
                    alike.add(row);
                }
            }
            if (earlier == null) {
                kept.add(row);
            } else {
                repeats.add(row.where() + " repeats " + earlier.where());
            }
        }
        if (repeats.isEmpty() || duplicates == Reading.Duplicates.KEEP) {
            return rows;
        }
        if (duplicates == Reading.Duplicates.DROP) {
            return kept;
        }
        throw TableRow.refused(
                source,
                TableRow.listed(repeats, ", ") + " (same N, D and loss to the last digit); a run counted twice makes"
                        + " intervals too narrow: count each once with --duplicates drop, or, if they are runs of their"
                        + " own, add a column seed or go on with --duplicates keep.");
    }

    private static Map<String, Object> columns(TableRow row) {
        Map<String, Object> columns = ParquetTable.RUNS.columns().flatten(row.run());
        columns.remove("run_id");
        columns.remove("recipe");
        if (row.run().identity().seed() == null) {
            columns.put("run_id", row.name());
        }
        return columns;
    }
}
