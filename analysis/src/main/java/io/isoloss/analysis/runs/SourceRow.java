package io.isoloss.analysis.runs;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One row of a source table before its columns are understood.
 *
 * @param where what a message calls the row: "line 17" or "row 3"
 * @param values numbers or texts by header; null where the cell is empty
 */
record SourceRow(String where, Map<String, Object> values) {
    static Set<String> headers(List<SourceRow> rows) {
        Set<String> headers = new LinkedHashSet<>();
        rows.forEach(row -> headers.addAll(row.values().keySet()));
        return headers;
    }
}
