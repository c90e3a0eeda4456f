package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.Conventions;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** How a command counts parameters and FLOPs. */
final class Counting {
    @Option(
            names = "--flops",
            paramLabel = "6nd|exact",
            description = "What C counts: 6ND, or every layer with attention; as the runs state it by default.")
    private String flops;

    @Option(
            names = "--params",
            paramLabel = "non-embedding|total",
            description = "What N counts; non-embedding where the runs state it by default.")
    private String params;

    Conventions conventions() {
        return new Conventions(
                one("--flops", flops, Conventions.Flops.values()),
                one("--params", params, Conventions.Params.values()));
    }

    /** Null if the option is not given. */
    static <T> T one(String option, String given, T[] choices) {
        if (given == null) {
            return null;
        }
        return Arrays.stream(choices)
                .filter(choice -> choice.toString().equals(given))
                .findFirst()
                .orElseThrow(() -> new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot take " + option + " " + given + "; want "
                                + String.join(
                                        " or ",
                                        Arrays.stream(choices)
                                                .map(Object::toString)
                                                .toList())));
    }
}
