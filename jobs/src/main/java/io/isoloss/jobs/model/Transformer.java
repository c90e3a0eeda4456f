package io.isoloss.jobs.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoder-only transformer: RMS pre-norm without gain, causal attention, learned positions, ReLU MLP of four times the
 * width, no biases, untied head. Forward and backward are hand-written operation lists over buffers made once, for one
 * batch size. One instance belongs to one thread.
 */
public final class Transformer implements AutoCloseable {
    /** A float32 softmax cannot tell less from zero; it keeps the loss of a surprised position finite, at 103 nats. */
    private static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    private final Buffers buffers;
    private final Forward forward;
    private final Backward backward; // null for evaluation only
    private final int[] inputAt; // where the one-hot rows have their ones
    private final int[] targetAt;

    /**
     * Builds the operation lists.
     *
     * @param batch sequences
     * @param gradients where backward writes, or null for evaluation only
     */
    public Transformer(TransformerShape shape, int batch, Weights weights, Weights gradients) {
        this.buffers = new Buffers(shape, batch, weights.flat().dataType());
        this.forward = new Forward(buffers, weights, gradients != null);
        this.backward = gradients == null ? null : new Backward(buffers, forward, weights, gradients);
        this.inputAt = new int[buffers.rows];
        this.targetAt = new int[buffers.rows];
    }

    /**
     * Runs forward.
     *
     * @param inputTokens [batch, context] token ids, row-major
     * @param targetTokens the next tokens, likewise
     * @param losses receives the loss at each position in nats, likewise
     */
    public void forward(int[] inputTokens, int[] targetTokens, double[] losses) {
        for (int row = 0; row < buffers.rows; row++) {
            forward.ids.data().put(row, inputTokens[row]);
        }
        if (backward != null) {
            oneHot(backward.inputs, inputAt, inputTokens);
            oneHot(backward.targets, targetAt, targetTokens);
        }
        forward.operations.run();
        long vocabulary = buffers.shape.vocabulary();
        for (int row = 0; row < buffers.rows; row++) {
            double probability = forward.probabilities.data().getDouble(row * vocabulary + targetTokens[row]);
            losses[row] = -Math.log(Math.max(probability, LEAST_PROBABILITY));
        }
    }

    /** After {@link #forward}: writes into the gradients those of the summed (not mean) loss. */
    public void backward() {
        backward.operations.run();
    }

    private void oneHot(INDArray matrix, int[] at, int[] tokens) {
        long vocabulary = buffers.shape.vocabulary();
        for (int row = 0; row < buffers.rows; row++) {
            matrix.data().put(row * vocabulary + at[row], 0.0);
            matrix.data().put(row * vocabulary + tokens[row], 1.0);
            at[row] = tokens[row];
        }
    }

    @Override
    public void close() {
        forward.operations.close();
        if (backward != null) {
            backward.operations.close();
        }
        buffers.close();
    }
}
