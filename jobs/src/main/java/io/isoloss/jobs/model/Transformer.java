package io.isoloss.jobs.model;

import java.util.function.Supplier;

/**
 * Decoder-only transformer: RMS pre-norm without gain, causal attention, learned positions, ReLU MLP of four times the
 * width, no biases, untied head. Forward and backward are hand-written lists of {@link Operations} over buffers made once,
 * for one batch size. One instance belongs to one thread.
 */
public final class Transformer implements AutoCloseable {
    private final Buffers buffers;
    private final boolean ownsBuffers;
    private final Operations forwards;
    private final Forward forward;
    private final Operations backwards; // null for evaluation only

    /**
     * A model with buffers of its own.
     *
     * @param batch sequences
     * @param gradients where backward writes, or null for evaluation only
     */
    public Transformer(TransformerShape shape, int batch, Weights weights, Weights gradients) {
        this(
                new Buffers(shape, batch, weights.flat().dataType()),
                true,
                weights,
                gradients,
                () -> Operations.of(weights.flat().dataType()));
    }

    /**
     * A model that works in another's buffers and writes to its gradients' place: of the models that share, one at a time
     * may be between forward and the use of its gradients.
     *
     * @param first whose buffers it shares; closed after this one
     */
    public Transformer(Transformer first, Weights weights, Weights gradients) {
        this(
                first.buffers,
                false,
                weights,
                gradients,
                () -> Operations.of(weights.flat().dataType()));
    }

    Transformer(
            Buffers buffers, boolean ownsBuffers, Weights weights, Weights gradients, Supplier<Operations> operations) {
        this.buffers = buffers;
        this.ownsBuffers = ownsBuffers;
        buffers.rewind();
        this.forwards = operations.get();
        this.forward = new Forward(forwards, buffers, weights, gradients != null);
        this.backwards = gradients == null ? null : operations.get();
        if (gradients != null) {
            Backward.add(backwards, buffers, forward, weights, gradients);
        }
    }

    /**
     * Runs forward.
     *
     * @param inputTokens [batch, context] token ids, row-major
     * @param targetTokens the next tokens, likewise
     * @param losses receives the loss at each position in nats, likewise
     */
    public void forward(int[] inputTokens, int[] targetTokens, double[] losses) {
        System.arraycopy(inputTokens, 0, forward.ids, 0, buffers.rows);
        System.arraycopy(targetTokens, 0, forward.targets, 0, buffers.rows);
        forwards.run();
        System.arraycopy(forward.losses, 0, losses, 0, buffers.rows);
    }

    /** Once after each {@link #forward}: writes into the gradients those of the summed (not mean) loss. */
    public void backward() {
        backwards.run();
    }

    @Override
    public void close() {
        forwards.close();
        if (backwards != null) {
            backwards.close();
        }
        if (ownsBuffers) {
            buffers.close();
        }
    }
}
