package io.isoloss.jobs.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients of several batches at the same weights. */
final class GradientSum implements AutoCloseable {
    private final INDArray sum;
    private final int rows;
    private double squares; // summed squared norms of the mean gradients
    private int batches;

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
    }

    void add(INDArray gradients) {
        double norm = gradients.norm2Number().doubleValue() / rows;
        squares += norm * norm;
        sum.addi(gradients);
        batches++;
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
        double norm = sum.norm2Number().doubleValue() / rows / batches;
        return GradientNoise.of(squares / batches, norm * norm, batches);
    }

    @Override
    public void close() {
        sum.close();
    }
}
