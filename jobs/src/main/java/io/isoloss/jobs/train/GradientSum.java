package io.isoloss.jobs.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients of several batches at the same weights. */
final class GradientSum implements AutoCloseable {
    /** Standard errors by which the gradient must exceed zero. */
    private static final double SIGNIFICANT = 2;

    private final INDArray sum;
    private final int rows;
    private double squares; // summed squared norms of the mean gradients
    private int batches;
    private double sumSquare; // squared norm of the sum of mean gradients
    private double products; // of each gradient with the sum of those before
    private double squaredProducts;

    /**
     * Of nothing yet.
     *
     * @param gradients [totalParams], where a model writes those of the summed loss of a batch
     * @param rows positions of a batch
     */
    GradientSum(INDArray gradients, int rows) {
        this.sum = gradients.ulike().assign(0);
        this.rows = rows;
    }

    void clear() {
        sum.assign(0);
        squares = 0;
        batches = 0;
        sumSquare = 0;
        products = 0;
        squaredProducts = 0;
    }

    void add(INDArray gradients) {
        double norm = gradients.norm2Number().doubleValue() / rows;
        squares += norm * norm;
        sum.addi(gradients);
        batches++;
        double sumNorm = sum.norm2Number().doubleValue() / rows;
        double product = (sumNorm * sumNorm - sumSquare - norm * norm) / 2;
        sumSquare = sumNorm * sumNorm;
        products += product;
        squaredProducts += product * product;
    }

    /**
     * Whether there is a gradient beyond the noise. Without one, the products of each gradient with the sum of those before
     * are uncorrelated and zero in the mean; their sum must exceed its standard error twofold.
     */
    boolean hasSignal() {
        return products > SIGNIFICANT * Math.sqrt(squaredProducts);
    }

    /** Of the loss summed over all batches. */
    INDArray sum() {
        return sum;
    }

    int batches() {
        return batches;
    }

    /** Of two batches or more. */
    GradientNoise noise() {
        return GradientNoise.of(squares / batches, sumSquare / batches / batches, batches);
    }

    @Override
    public void close() {
        sum.close();
    }
}
