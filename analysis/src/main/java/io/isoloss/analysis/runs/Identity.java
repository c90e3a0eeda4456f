package io.isoloss.analysis.runs;

/**
 * What makes a run this run.
 *
 * @param runId SHA-256 of the canonical specification (of an imported run: of its row), or the name that an outside table gives
 * @param width model width d
 * @param specification canonical JSON of everything that can change the result
 * @param budgetFlops the IsoFLOP budget C that the design gave this run, in FLOPs; null when it belongs to none
 */
public record Identity(
        String runId,
        String sweep,
        String family,
        Integer width,
        Integer layers,
        Integer heads,
        Integer context,
        Integer vocabulary,
        String recipe,
        Long seed,
        String specification,
        Double budgetFlops) {
    public Identity {
        if (runId == null || runId.isBlank()) {
            throw new IllegalArgumentException("Invalid run_id (want a hash or a name): " + runId);
        }
        Measured.positive("width", width);
        Measured.positive("layers", layers);
        Measured.positive("heads", heads);
        Measured.positive("context", context);
        Measured.positive("vocabulary", vocabulary);
        Measured.positive("budget_flops", budgetFlops);
    }

    /** A run of which only the name is known. */
    public static Identity named(String runId) {
        return new Identity(runId, null, null, null, null, null, null, null, null, null, null, null);
    }
}
