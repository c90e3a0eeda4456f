package io.isoloss.analysis.runs;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Where the numbers come from.
 *
 * @param codeVersion version and commit of the code that trained
 * @param libraries versions of the libraries that can change a number
 * @param startedAt ISO-8601 instant in UTC
 * @param steps optimiser steps taken
 * @param batchSequences sequences a step
 * @param microBatch sequences computed at once where a step's batch was split by gradient accumulation
 * @param peakLearningRate the schedule's highest learning rate
 * @param ceilingFlopsPerSecond measured speed of a large matrix product on the device
 * @param importedFrom file that the run was imported from; null if Isoloss trained it
 */
public record Provenance(
        String codeVersion,
        String libraries,
        String device,
        String host,
        String startedAt,
        Long steps,
        Integer batchSequences,
        Integer microBatch,
        Double peakLearningRate,
        Double ceilingFlopsPerSecond,
        String importedFrom) {
    public static final Provenance NONE =
            new Provenance(null, null, null, null, null, null, null, null, null, null, null);

    public Provenance {
        if (startedAt != null) {
            try {
                Instant.parse(startedAt);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "Invalid started_at (want ISO-8601 UTC such as 2025-01-31T12:00:00Z): " + startedAt, e);
            }
        }
        Measured.notNegative("steps", steps);
        Measured.positive("batch_sequences", batchSequences);
        Measured.positive("micro_batch", microBatch);
        Measured.notNegative("peak_learning_rate", peakLearningRate);
        Measured.positive("ceiling_flops_per_second", ceilingFlopsPerSecond);
    }
}
