package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.util.List;

/**
 * One rate a shape: base (width / atWidth)^widthExponent (batch / atBatch)^batchExponent, at most max.
 *
 * <p>The best rate of Adam falls with the width: as 1/width for hidden matrices under muP (Yang et al. 2022,
 * arXiv:2203.03466), nearer to its square root in a plain parametrisation such as ours. It grows as the square root of
 * the batch (Malladi et al. 2022, arXiv:2205.10287).
 */
public record ScaledLearningRate(
        double base, int atWidth, double widthExponent, int atBatch, double batchExponent, double max)
        implements LearningRateRule {

    public ScaledLearningRate {
        if (!(base > 0 && base <= 1 && max > 0 && max <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid learning rate (want base and max in (0, 1]): base " + base + ", max " + max);
        }
        if (atWidth < 1 || atBatch < 1 || !Double.isFinite(widthExponent) || !Double.isFinite(batchExponent)) {
            throw new IllegalArgumentException("Invalid learning rate rule (want at_width and at_batch >= 1 and finite"
                    + " exponents): " + atWidth + ", " + atBatch + ", " + widthExponent + ", " + batchExponent);
        }
    }

    @Override
    public List<Double> rates(ModelShape shape, double tokens, int batchSequences) {
        return List.of(LearningRateRule.rounded(at(shape.width(), batchSequences)));
    }

    /** The rate, all digits. */
    public double at(double width, double batchSequences) {
        double rate =
                base * Math.pow(width / atWidth, widthExponent) * Math.pow(batchSequences / atBatch, batchExponent);
        return Math.min(rate, max);
    }

    @Override
    public String line() {
        return base
                + (widthExponent == 0 ? "" : " (width/" + atWidth + ")^" + Quantity.exact(widthExponent))
                + (batchExponent == 0 ? "" : " (batch/" + atBatch + ")^" + Quantity.exact(batchExponent))
                + (max < 1 ? ", at most " + max : "");
    }
}
