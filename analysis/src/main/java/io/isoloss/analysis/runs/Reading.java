package io.isoloss.analysis.runs;

import java.util.Map;
import java.util.Set;

/**
 * How to understand a table of runs that others wrote. Names of columns are those of the runs table or the usual ones.
 *
 * @param columns name of a column to the header that stands for it, where the header is not one that is usual
 * @param scales name of a column to the factor that brings its numbers to single parameters, tokens or FLOPs
 * @param lossUnit what the table's losses are in
 * @param duplicates what to do with rows that say the same twice
 * @param required names of the columns without which the table is no use
 */
public record Reading(
        Map<String, String> columns,
        Map<String, Double> scales,
        LossUnit lossUnit,
        Duplicates duplicates,
        Set<String> required) {
    /** N, the loss, and D or the C that it follows from. */
    public static final Reading DEFAULT =
            new Reading(Map.of(), Map.of(), LossUnit.NATS, Duplicates.REFUSE, Set.of("params", "tokens", "loss"));

    /** What a loss is in. */
    public enum LossUnit {
        NATS,
        BITS,
        PERPLEXITY;

        double nats(double loss) {
            return switch (this) {
                case NATS -> loss;
                case BITS -> loss * Math.log(2);
                case PERPLEXITY -> Math.log(loss);
            };
        }

        /** Standard error in nats of a loss with {@code error}: by the delta method for perplexity, whose slope is 1/p. */
        double natsError(double loss, double error) {
            return this == PERPLEXITY ? error / loss : nats(error);
        }
    }

    /** What to do with a row that repeats another: rows exported twice would narrow every interval. */
    public enum Duplicates {
        REFUSE,
        KEEP,
        DROP
    }

    public Reading {
        columns = Map.copyOf(columns);
        scales = Map.copyOf(scales);
        required = Set.copyOf(required);
        scales.forEach((column, factor) -> {
            if (!(factor > 0 && Double.isFinite(factor))) {
                throw new IllegalArgumentException(
                        "Invalid scale of " + column + " (want finite and positive): " + factor);
            }
        });
    }

    public Reading withColumns(Map<String, String> others) {
        return new Reading(others, scales, lossUnit, duplicates, required);
    }

    public Reading withScales(Map<String, Double> others) {
        return new Reading(columns, others, lossUnit, duplicates, required);
    }

    public Reading withLossUnit(LossUnit other) {
        return new Reading(columns, scales, other, duplicates, required);
    }

    public Reading withDuplicates(Duplicates other) {
        return new Reading(columns, scales, lossUnit, other, required);
    }

    public Reading withRequired(Set<String> others) {
        return new Reading(columns, scales, lossUnit, duplicates, others);
    }

    /** Whether a table in the columns and units of the runs table is taken as it stands. */
    boolean takesAsWritten() {
        return columns.isEmpty() && scales.isEmpty() && lossUnit == LossUnit.NATS;
    }
}
