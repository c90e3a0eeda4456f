package io.isoloss.jobs.model;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoder-only transformer: RMS pre-norm without gain, causal attention, learned positions, ReLU MLP of four times the
 * width, no biases, untied head. Forward and backward are hand-written operation lists over buffers made once, for one
 * batch size. One instance belongs to one thread.
 */
public final class Transformer implements Model {
    /** A float32 softmax cannot tell less from zero; it keeps the loss of a surprised position finite, at 103 nats. */
    private static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    private final Weights weights;
    private final Weights gradients; // null for evaluation only
    private final boolean owner; // of the weights
    private final Buffers buffers;
    private final Forward forward;
    private final Backward backward; // null for evaluation only
    private final int[] inputAt; // where the one-hot rows have their ones
    private final int[] targetAt;

    /**
     * Over weights of the caller.
     *
     * @param gradients where backward writes, or null for evaluation only
     */
    public Transformer(TransformerShape shape, int batch, Weights weights, Weights gradients) {
        this(shape, batch, weights, gradients, false);
    }

    private Transformer(TransformerShape shape, int batch, Weights weights, Weights gradients, boolean owner) {
        this.weights = weights;
        this.gradients = gradients;
        this.owner = owner;
        this.buffers = new Buffers(shape, batch, weights.flat().dataType());
        this.forward = new Forward(buffers, weights, gradients != null);
        this.backward = gradients == null ? null : new Backward(buffers, forward, weights, gradients);
        this.inputAt = new int[buffers.rows];
        this.targetAt = new int[buffers.rows];
    }

    /** In single precision, with initial weights. */
    static Transformer create(TransformerShape shape, int batch, long seed) {
        Weights weights = Weights.zeros(shape, DataType.FLOAT);
        weights.initialise(seed);
        return new Transformer(shape, batch, weights, Weights.zeros(shape, DataType.FLOAT), true);
    }

    @Override
    public Transformer scorer(int batch) {
        return new Transformer(buffers.shape, batch, weights, null);
    }

    @Override
    public INDArray weights() {
        return weights.flat();
    }

    @Override
    public INDArray gradients() {
        return gradients.flat();
    }

    /** Blocks and output head: [nonEmbeddingParams] at the end of the weights. */
    @Override
    public List<INDArray> decayed() {
        return List.of(weights.matrices());
    }

    @Override
    public void forward(int[] inputTokens, int[] targetTokens, double[] losses) {
        for (int row = 0; row < buffers.rows; row++) {
            forward.ids.data().put(row, inputTokens[row]);
        }
        if (backward != null) {
            oneHot(backward.inputs, inputAt, inputTokens);
            oneHot(backward.targets, targetAt, targetTokens);
        }
        forward.operations.run();
        long outputs = buffers.shape.outputs();
        for (int row = 0; row < buffers.rows; row++) {
            double probability = forward.probabilities.data().getDouble(row * outputs + targetTokens[row]);
            losses[row] = -Math.log(Math.max(probability, LEAST_PROBABILITY));
        }
    }

    @Override
    public int[] predictions() {
        try (INDArray best = forward.probabilities.argMax(1)) {
            return best.toIntVector();
        }
    }

    @Override
    public void backward() {
        backward.operations.run();
    }

    private void oneHot(INDArray matrix, int[] at, int[] tokens) {
        long columns = matrix.size(1);
        for (int row = 0; row < buffers.rows; row++) {
            matrix.data().put(row * columns + at[row], 0.0);
            matrix.data().put(row * columns + tokens[row], 1.0);
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
        if (owner) {
            gradients.close();
            weights.close();
        }
    }
}
