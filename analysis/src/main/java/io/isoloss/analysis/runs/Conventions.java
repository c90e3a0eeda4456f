package io.isoloss.analysis.runs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What counts as a parameter and as a FLOP. Porian et al. 2024 (arXiv:2406.19146, section 3) show that this choice alone moves
 * the exponent of N_opt.
 *
 * @param flops null for the compute that the run states
 * @param params null for the parameters that the run states
 */
public record Conventions(Flops flops, Params params) {
    /** As each run states them: {@link Run#flops()} and {@link Run#params()}. */
    public static final Conventions STATED = new Conventions(null, null);

    /** Training compute C. */
    public enum Flops {
        /** 6ND, with the N of the convention. */
        SIX_ND("6nd"),
        /** Layer by layer, attention over the context and logits included. */
        EXACT("exact");

        private final String label;

        Flops(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** Size N. */
    public enum Params {
        /** Blocks and output head. */
        NON_EMBEDDING("non-embedding"),
        /** Every trained parameter. */
        TOTAL("total");

        private final String label;

        Params(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** The conventions under which every completed run with a loss has both N and C. */
    public static List<Conventions> of(List<Run> runs) {
        List<Run> completed = runs.stream()
                .filter(run -> run.completed() && run.loss() != null && run.tokens() != null)
                .toList();
        return Arrays.stream(Flops.values())
                .flatMap(flops -> Arrays.stream(Params.values()).map(params -> new Conventions(flops, params)))
                .filter(conventions -> !completed.isEmpty()
                        && completed.stream()
                                .allMatch(run -> conventions.params(run) != null && conventions.flops(run) != null))
                .toList();
    }

    /** N of a run; null if it was not counted so. */
    public Double params(Run run) {
        if (params == null) {
            return run.params();
        }
        return switch (params) {
            case NON_EMBEDDING -> run.size().nonEmbeddingParams();
            case TOTAL -> run.size().totalParams();
        };
    }

    /** C of a run; null if it was not counted so. */
    public Double flops(Run run) {
        if (flops == null && params == null) {
            return run.flops();
        }
        Double params = params(run);
        Double sixNd = params == null || run.tokens() == null ? null : (Double) (6 * params * run.tokens());
        if (flops == null) {
            return sixNd;
        }
        return switch (flops) {
            case SIX_ND -> sixNd;
            case EXACT -> run.compute().flopsExact();
        };
    }

    /** What a run lacks under these conventions, as a column name; null if nothing. */
    public String missing(Run run) {
        List<String> missing = new ArrayList<>();
        if (params(run) == null) {
            missing.add(params == Params.NON_EMBEDDING ? "non_embedding_params" : "total_params");
        }
        if (flops == Flops.EXACT && flops(run) == null) {
            missing.add("flops_exact");
        }
        return missing.isEmpty() ? null : String.join(" and ", missing);
    }

    @Override
    public String toString() {
        return Stream.of(flops == null ? "C as stated" : "C " + flops, params == null ? "N as stated" : "N " + params)
                .reduce((one, two) -> one + ", " + two)
                .orElseThrow();
    }
}
