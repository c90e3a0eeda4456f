package io.isoloss.jobs.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration with problems, all of them, in the order of the file. */
public final class ConfigException extends RuntimeException {

    private final List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
