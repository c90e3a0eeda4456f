package io.isoloss.jobs.model;

/**
 * Counts the numbers that {@link Forward}, {@link Backward} and their operations lay out beside weights and gradients. Below,
 * u is rows × width.
 */
final class TransformerMemory {
    private final Kernels kernels;
    private final long batch;
    private final long rows;
    private final long width;
    private final long layers;
    private final long heads;
    private final long context;
    private final long vocabulary;
    private final long outputs;
    private final long u;
    private final long scores; // [batch, heads, context, context]
    private final long norms;

    TransformerMemory(TransformerShape shape, int batch, Kernels kernels) {
        this.kernels = kernels;
        this.batch = batch;
        this.width = shape.width();
        this.layers = shape.layers();
        this.heads = shape.heads();
        this.context = shape.context();
        this.vocabulary = shape.vocabulary();
        this.outputs = shape.outputs();
        this.rows = batch * context;
        this.u = rows * width;
        this.scores = batch * heads * context * context;
        this.norms = 2 * layers + 1;
    }

    long training() {
        return forward(layers) + 9 * u + (kernels == Kernels.ND4J ? scratchOfNd4j() : scratchOfOurs());
    }

    /** All blocks share one set of activations. */
    long scoring() {
        return forward(1) + (kernels == Kernels.ND4J ? forwardScratchOfNd4j() : 0);
    }

    /** Residual stream, the last norm, logits, and of each block two norms, queries, keys, values, scores, mixture and MLP. */
    private long forward(long blocks) {
        return 2 * u + rows + rows * outputs + blocks * (10 * u + 2 * rows + scores);
    }

    private long scratchOfOurs() {
        return layers * Math.min(CpuOperations.QUERIES, context) * context;
    }

    /** Ids, ones to sum by, and masks. */
    private long forwardScratchOfNd4j() {
        return rows + norms * width + layers * context * context;
    }

    /** That, one-hot rows of inputs and targets, and what the gradients of norms, attention and MLP pass through. */
    private long scratchOfNd4j() {
        long oneHot = rows * (vocabulary + outputs) + batch;
        long attention = 2 * scores + batch * heads * context + context;
        return forwardScratchOfNd4j() + oneHot + norms * (u + rows + width) + layers * (attention + 4 * u);
    }
}
