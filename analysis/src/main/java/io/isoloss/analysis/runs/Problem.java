package io.isoloss.analysis.runs;

import java.util.Objects;

/** A file or row that was left out of a table, and why. */
public record Problem(String source, String message) {
    public Problem {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
    }
}
