package io.isoloss.analysis.query;

import io.isoloss.analysis.runs.RecordColumns;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A table that a query can name: rows in memory, those of Parquet files, and those of further Parquet files whose
 * {@code run_id} stands in neither.
 *
 * @param name in lower case
 * @param rows may be none
 * @param files whole and sound: local paths, or URIs where Spark answers
 * @param parts whole and sound; all of {@code files} and {@code rows} count before them
 */
public record QueryTable<T extends Record>(
        String name, RecordColumns<T> columns, List<T> rows, List<String> files, List<String> parts) {
    public QueryTable {
        rows = List.copyOf(rows);
        files = List.copyOf(files);
        parts = List.copyOf(parts);
    }

    public static <T extends Record> QueryTable<T> of(String name, Class<T> type, List<T> rows) {
        return new QueryTable<>(name, new RecordColumns<>(type), rows, List.of(), List.of());
    }

    /** Whether a query may name a table: so that one that it does not name is not made. */
    public static boolean named(String name, String sql) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                .matcher(sql.toLowerCase(Locale.ROOT))
                .find();
    }
}
