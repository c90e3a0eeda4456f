package io.isoloss.jobs.train;

/**
 * Signal and noise of a gradient, in units of a batch: unbiased estimates, so that either may be negative where the other
 * outweighs it (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1).
 *
 * @param gradientSquare squared norm of the true gradient, |G|²
 * @param trace of the covariance of the gradient of one batch, tr Σ
 */
record GradientNoise(double gradientSquare, double trace) {

    /**
     * From gradients of independent batches at the same weights: their mean is the gradient of a batch so many times larger.
     *
     * @param meanSquare mean of their squared norms
     * @param squareOfMean squared norm of their mean
     * @param batches at least two
     */
    static GradientNoise of(double meanSquare, double squareOfMean, int batches) {
        double trace = (meanSquare - squareOfMean) * batches / (batches - 1.0);
        return new GradientNoise(meanSquare - trace, trace);
    }

    /** The simple noise scale tr Σ / |G|² in batches; null where the noise leaves nothing of the gradient. */
    Double scale() {
        return gradientSquare > 0 && trace >= 0 ? (Double) (trace / gradientSquare) : null;
    }
}
