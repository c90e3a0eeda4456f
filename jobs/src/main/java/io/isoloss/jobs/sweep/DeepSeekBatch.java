package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;

/**
 * B = 0.2920 C^0.3271 tokens a step (Bi et al. 2024, arXiv:2401.02954, equation 1), fitted from 1e17 to 2e19 FLOPs, rounded
 * to the nearest power of two of sequences and held between min and max.
 *
 * <p>Their C leaves out the output head; ours is the exact count, which a small model's head dominates.
 */
public record DeepSeekBatch(int min, int max) implements BatchRule {
    private static final double COEFFICIENT = 0.2920;
    private static final double EXPONENT = 0.3271;

    public DeepSeekBatch {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException(
                    "Invalid batch rule (want 1 <= min <= max): min " + min + ", max " + max);
        }
    }

    @Override
    public int sequencesFor(ModelShape shape, double tokens) {
        double flops = shape.trainingFlopsPerToken() * tokens;
        return BatchRule.powerOfTwo(COEFFICIENT * Math.pow(flops, EXPONENT) / shape.context(), min, max);
    }

    @Override
    public String line() {
        return "DeepSeek LLM: " + COEFFICIENT + " C^" + EXPONENT + " tokens, in [" + min + ", " + max + "] sequences";
    }
}
