package io.isoloss.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a command answers: for people, or with {@code --json} for programs. */
final class Output {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    boolean json() {
        return json;
    }

    /** Says that a file named by an option can't be written. */
    static IsolossException unwritable(String what, Path file, String option, IOException e) {
        return new IsolossException(
                Kind.BAD_INPUT,
                "Cannot write " + what + " to '" + file + "' (" + IsolossException.cause(e)
                        + "); give a file in a folder that you may write to with " + option,
                e);
    }

    void write(Object answer, PrintWriter out) {
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
