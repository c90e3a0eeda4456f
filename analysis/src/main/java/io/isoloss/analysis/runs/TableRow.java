package io.isoloss.analysis.runs;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of a source table that was understood.
 *
 * @param where what a message calls the row: "line 17" or "row 3"
 * @param name what the table calls the run; null if it gives no names
 * @param tokensFrom column of C from which D was derived; null if the table gives D
 */
record TableRow(String where, Run run, String name, String tokensFrom) {
    private static final int MOST_NAMED = 8;

    TableRow with(Run other) {
        return new TableRow(where, other, name, tokensFrom);
    }

    /** "line 3, line 5 and 20 more". */
    static String places(List<TableRow> rows) {
        return listed(rows.stream().map(TableRow::where).toList(), ", ");
    }

    /** The first eight parts, and how many more there are. */
    static String listed(List<String> parts, String between) {
        String first = parts.stream().limit(MOST_NAMED).collect(Collectors.joining(between));
        return parts.size() > MOST_NAMED ? first + between + "and " + (parts.size() - MOST_NAMED) + " more" : first;
    }

    static IsolossException refused(String source, String why) {
        return new IsolossException(Kind.BAD_INPUT, "Cannot read runs from " + source + ": " + why);
    }
}
