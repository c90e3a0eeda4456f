package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * Sequences a step as a function of the training tokens D: B = sequences (D / atTokens)^exponent, rounded to the nearest
 * power of two and held between min and max.
 *
 * <p>The batch beyond which more sequences a step stop paying grows about as the square root of D and hardly with N
 * (Zhang et al. 2024, arXiv:2410.21676; Bergsma et al. 2025, arXiv:2505.13738), so an exponent near 0.5 spares small
 * budgets from too few steps.
 */
public record BatchRule(int sequences, double atTokens, double exponent, int min, int max) implements Serializable {

    public BatchRule {
        if (sequences < 1 || min < 1 || max < min) {
            throw new IllegalArgumentException(
                    "Invalid batch rule (want sequences >= 1 and 1 <= min <= max): sequences " + sequences + ", min "
                            + min + ", max " + max);
        }
        if (!(atTokens > 0 && Double.isFinite(atTokens) && Double.isFinite(exponent))) {
            throw new IllegalArgumentException("Invalid batch rule (want at_tokens positive and a finite exponent): "
                    + atTokens + ", " + exponent);
        }
    }

    /** The same batch for every trial. */
    public static BatchRule fixed(int sequences) {
        return new BatchRule(sequences, 1, 0, sequences, sequences);
    }

    int sequencesFor(double tokens) {
        double wanted = sequences * Math.pow(tokens / atTokens, exponent);
        double power = Math.rint(Math.log(wanted) / Math.log(2));
        double rounded = Math.pow(2, Math.min(power, 30));
        return (int) Math.max(min, Math.min(max, rounded));
    }
}
