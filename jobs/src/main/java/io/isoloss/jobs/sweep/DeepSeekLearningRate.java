package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.util.List;

/**
 * 0.3118 C^-0.1250, at most max (Bi et al. 2024, arXiv:2401.02954, equation 1), fitted from 1e17 to 2e19 FLOPs beside
 * {@link DeepSeekBatch}.
 *
 * <p>Their C leaves out the output head; ours is the exact count.
 */
public record DeepSeekLearningRate(double max) implements LearningRateRule {
    private static final double COEFFICIENT = 0.3118;
    private static final double EXPONENT = -0.1250;

    public DeepSeekLearningRate {
        if (!(max > 0 && max <= 1)) {
            throw new IllegalArgumentException("Invalid learning rate (want max in (0, 1]): " + max);
        }
    }

    @Override
    public List<Double> rates(ModelShape shape, double tokens, int batchSequences) {
        double flops = shape.trainingFlopsPerToken() * tokens;
        return List.of(LearningRateRule.rounded(Math.min(COEFFICIENT * Math.pow(flops, EXPONENT), max)));
    }

    @Override
    public String line() {
        return "DeepSeek LLM: " + COEFFICIENT + " C^" + EXPONENT + (max < 1 ? ", at most " + max : "");
    }
}
