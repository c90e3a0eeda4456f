package io.isoloss.jobs.sweep;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
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

    /** Rates keep four digits: enough to tell two apart, and every Java version prints them alike in a run id. */
    private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

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
    public List<Double> rates(int width, int batchSequences) {
        double rate = base
                * Math.pow((double) width / atWidth, widthExponent)
                * Math.pow((double) batchSequences / atBatch, batchExponent);
        return List.of(new BigDecimal(Math.min(rate, max)).round(DIGITS).doubleValue());
    }
}
