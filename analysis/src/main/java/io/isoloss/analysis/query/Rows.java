package io.isoloss.analysis.query;

import java.util.List;

/** Takes the answer to a query, row by row. */
public interface Rows {

    /** Once, before the rows. */
    void columns(List<String> names);

    /** One row, in the order of the columns: numbers, truth values, texts, or null; of any other type, its text. */
    void row(List<Object> values);

    /** What stands for a value of any type in a row. */
    static Object plain(Object value) {
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
