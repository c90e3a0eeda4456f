package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.Run;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a fit needs of a run.
 *
 * @param params N, single parameters
 * @param tokens D, single tokens
 * @param flops training compute C, FLOPs
 * @param budgetFlops the IsoFLOP budget of the design, FLOPs; null if none is stated
 * @param loss nats a token
 * @param lossStandardError nats a token; null if unknown
 */
public record Observation(
        String name,
        double params,
        double tokens,
        double flops,
        Double budgetFlops,
        double loss,
        Double lossStandardError) {
    public Observation {
        positive("params", params);
        positive("tokens", tokens);
        positive("flops", flops);
        positive("loss", loss);
    }

    /** An observation on no stated budget, with C = 6ND. */
    public static Observation of(String name, double params, double tokens, double loss) {
        return new Observation(name, params, tokens, 6 * params * tokens, null, loss, null);
    }

    /**
     * The completed runs whose N, D and loss are known; the others are left out. Of runs that differ only in their
     * learning rate, as a grid of rates makes them, the best stands for all. In the order of their ids, so that a
     * bootstrap draws alike wherever the runs were read from.
     */
    public static List<Observation> from(List<Run> runs) {
        return from(runs, Conventions.STATED);
    }

    /**
     * As {@link #from(List)}, with N and C counted by {@code conventions}. The IsoFLOP budget stays the stated one: it names
     * the runs that belong together, whose C under other conventions is no longer equal.
     *
     * @throws IsolossException of kind UNSUPPORTED if a run lacks N or C under the conventions
     */
    public static List<Observation> from(List<Run> runs, Conventions conventions) {
        return bestRates(runs, run -> run.params() != null && run.tokens() != null && run.loss() != null).stream()
                .map(run -> of(run, conventions))
                .toList();
    }

    /** The completed runs that pass; of those that differ only in their learning rate the best; in the order of ids. */
    static List<Run> bestRates(List<Run> runs, Predicate<Run> known) {
        Map<Object, Run> best = new LinkedHashMap<>();
        for (Run run : runs) {
            if (run.completed() && known.test(run)) {
                best.merge(
                        allButLearningRate(run),
                        run,
                        (one, two) -> two.loss() != null && two.loss() < one.loss() ? two : one);
            }
        }
        return best.values().stream().sorted(Comparator.comparing(Run::id)).toList();
    }

    private static Observation of(Run run, Conventions conventions) {
        String missing = conventions.missing(run);
        if (missing != null) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot count " + conventions + ": run '" + run.label() + "' has no " + missing
                            + "; choose a convention that all runs state.");
        }
        return new Observation(
                run.id(),
                conventions.params(run),
                run.tokens(),
                conventions.flops(run),
                run.identity().budgetFlops(),
                run.loss(),
                run.quality().lossStandardError());
    }

    /** What runs of one rate grid share. A run without a specification is like no other. */
    private static Object allButLearningRate(Run run) {
        String specification = run.identity().specification();
        return specification == null
                ? run.id()
                : specification.replaceFirst("\"peak_learning_rate\":[^,}]*", "")
                        + run.identity().budgetFlops();
    }

    private static void positive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid " + name + " (want finite and positive): " + value);
        }
    }
}
