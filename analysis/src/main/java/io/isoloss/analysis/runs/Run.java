package io.isoloss.analysis.runs;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One trained model: one row of the runs table. Units stand in {@code runs-v4.avsc}. What was not measured is null.
 *
 * @param outcome one of {@link #COMPLETED}, {@link #DIVERGED}, {@link #OUT_OF_MEMORY}, {@link #LOST}
 * @param failure the cause of an outcome other than completed, null otherwise
 */
public record Run(
        Identity identity,
        Size size,
        Compute compute,
        Quality quality,
        Cost cost,
        Inference inference,
        Compression compression,
        Training training,
        String outcome,
        String failure,
        Provenance provenance) {
    public static final String COMPLETED = "completed";
    public static final String DIVERGED = "diverged";
    public static final String OUT_OF_MEMORY = "out-of-memory";
    public static final String LOST = "lost";

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public Run {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(size, "size");
        Objects.requireNonNull(compute, "compute");
        Objects.requireNonNull(quality, "quality");
        Objects.requireNonNull(cost, "cost");
        Objects.requireNonNull(inference, "inference");
        Objects.requireNonNull(compression, "compression");
        Objects.requireNonNull(training, "training");
        Objects.requireNonNull(provenance, "provenance");
        Measured.oneOf("outcome", outcome, COMPLETED, DIVERGED, OUT_OF_MEMORY, LOST);
    }

    /** A completed run of which only a name, N, D, C and the loss are known, as published tables have it. */
    public static Run of(String name, Double params, Double tokens, Double flops, Double lossNatsPerToken) {
        return new Run(
                Identity.named(name),
                new Size(params, null, tokens, null),
                new Compute(null, flops),
                Quality.ofLoss(lossNatsPerToken),
                Cost.NONE,
                Inference.NONE,
                Compression.NONE,
                Training.NONE,
                COMPLETED,
                null,
                Provenance.NONE);
    }

    /** The same, started so often. */
    public Run withAttempts(int attempts) {
        return new Run(
                identity,
                size,
                compute,
                quality,
                cost,
                inference,
                compression,
                training.withAttempts(attempts),
                outcome,
                failure,
                provenance);
    }

    public String id() {
        return identity.runId();
    }

    /** What a reader calls the run: its trial's name where the id is a hash, else the id. */
    public String label() {
        if (!hasHash()) {
            return id();
        }
        String name = identity.recipe();
        return name != null && !name.isBlank() ? name : id().substring(0, 12);
    }

    /** Whether the id is a hash of ours rather than a name. */
    boolean hasHash() {
        return HASH.matcher(id()).matches();
    }

    public boolean completed() {
        return outcome.equals(COMPLETED);
    }

    /** N: the non-embedding parameters (blocks and output head) where known, else all parameters; null if neither. */
    public Double params() {
        return size.nonEmbeddingParams() != null ? size.nonEmbeddingParams() : size.totalParams();
    }

    /** D: training tokens, repeats included; null if unknown. */
    public Double tokens() {
        return size.tokens();
    }

    /** C in floating-point operations: the 6ND count where known, else the exact count, else 6ND derived; or null. */
    public Double flops() {
        if (compute.flops6nd() != null) {
            return compute.flops6nd();
        }
        if (compute.flopsExact() != null) {
            return compute.flopsExact();
        }
        return params() == null || tokens() == null ? null : (Double) (6 * params() * tokens());
    }

    /** Validation loss in nats a token; null if not measured. */
    public Double loss() {
        return quality.lossNatsPerToken();
    }
}
