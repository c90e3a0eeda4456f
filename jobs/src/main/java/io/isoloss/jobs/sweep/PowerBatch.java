package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;

/**
 * Sequences a step as a function of the training tokens D: B = sequences (D / atTokens)^exponent, rounded to the nearest
 * power of two and held between min and max.
 *
 * <p>The batch beyond which more sequences a step stop paying grows about as the square root of D and hardly with N
 * (Zhang et al. 2024, arXiv:2410.21676; Bergsma et al. 2025, arXiv:2505.13738), so an exponent near 0.5 spares small
 * budgets from too few steps.
 */
public record PowerBatch(int sequences, double atTokens, double exponent, int min, int max) implements BatchRule {

    public PowerBatch {
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

    @Override
    public int sequencesFor(ModelShape shape, double tokens) {
        return BatchRule.powerOfTwo(sequences * Math.pow(tokens / atTokens, exponent), min, max);
    }

    @Override
    public String line() {
        return min == max
                ? min + " sequences"
                : sequences + " (D/" + Quantity.exact(atTokens) + ")^" + Quantity.exact(exponent) + " sequences, in ["
                        + min + ", " + max + "]";
    }
}
