package io.isoloss.jobs.model;

/**
 * Estimates the numbers that a {@link LayeredModel} lays out beside weights and gradients: arrays of a step's workspace, as
 * counted on DL4J 1.0.0-M2.1, those that layers keep, and the head. Below, u is rows × width.
 */
final class LayeredMemory {
    /** Workspaces take 5 % more than a step needs; the rest is for what alignment takes. */
    private static final double ABOVE = 1.1;

    /** Columns of a convolution, their permuted copy and their gradient, where ND4J has no oneDNN: of one at a time. */
    private static final long COLUMNS = 3;

    private final LayeredShape shape;
    private final int batch;
    private final Kernels kernels;
    private final long rows;
    private final long u;

    LayeredMemory(LayeredShape shape, int batch, Kernels kernels) {
        this.shape = shape;
        this.batch = batch;
        this.kernels = kernels;
        this.rows = (long) batch * shape.context();
        this.u = rows * shape.width();
    }

    long training() {
        long oneHot = kernels == Kernels.ND4J ? rows * shape.outputs() : 0;
        long norm = shape.normalisation() == Normalisation.LAYER ? 7 * u + 6 * rows + 2L * shape.width() : 0;
        return above(2 * u + hidden(shape.trainingNumbers(batch, kernels) + norm) + head(2) + oneHot);
    }

    long scoring() {
        long norm = shape.normalisation() == Normalisation.LAYER ? 2 * u + 2 * rows : 0;
        return above(u + hidden(shape.scoringNumbers(batch, kernels) + norm) + head(1));
    }

    private long hidden(long ofALayer) {
        return shape.layers() * ofALayer + (kernels == Kernels.ND4J ? COLUMNS * shape.span() * u : 0);
    }

    /** Ids twice, hidden rows or their gradients as well, and logits. */
    private long head(long hiddenRows) {
        return 2 * rows + hiddenRows * u + rows * shape.outputs();
    }

    private static long above(long numbers) {
        return (long) Math.ceil(ABOVE * numbers);
    }
}
