package io.isoloss.analysis.runs;

import java.util.Objects;

/**
 * A file or row that was left out of a table, and why.
 *
 * @param damaged whether the source can't be read; else it is sound, and only repeats another
 */
public record Problem(String source, String message, boolean damaged) {
    public Problem {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
    }
}
