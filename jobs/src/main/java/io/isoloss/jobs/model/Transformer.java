package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoder-only transformer: RMS pre-norm without gain, causal attention, learned positions, ReLU MLP of four times the
 * width, no biases, untied head. Forward and backward are hand-written lists of {@link Operations} over buffers made once,
 * for one batch size. One instance belongs to one thread.
 */
public final class Transformer implements Model {
    private final Weights weights;
    private final Weights gradients; // null for evaluation only
    private final List<AutoCloseable> owned;
    private final Buffers buffers;
    private final Operations forwards;
    private final Forward forward;
    private final Operations backwards; // null for evaluation only
    private long largestScorerBytes;

    /**
     * Over weights of the caller, with buffers of its own.
     *
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

    /** In another's buffers. */
    Transformer(Buffers buffers, Weights weights, Weights gradients, Supplier<Operations> operations) {
        this(buffers, false, weights, gradients, operations);
    }

    private Transformer(
            Buffers buffers, boolean own, Weights weights, Weights gradients, Supplier<Operations> operations) {
        this.weights = weights;
        this.gradients = gradients;
        this.owned = new ArrayList<>();
        this.buffers = buffers;
        buffers.rewind();
        this.forwards = operations.get();
        this.backwards = gradients == null ? null : operations.get();
        owned.add(forwards);
        if (gradients != null) {
            owned.add(backwards);
        }
        if (own) {
            owned.add(buffers);
        }
        try {
            this.forward = new Forward(forwards, buffers, weights, gradients != null);
            if (gradients != null) {
                Backward.add(backwards, buffers, forward, weights, gradients);
            }
        } catch (RuntimeException | Error e) { // out of memory: what there is must go before another try
            close(owned);
            throw e;
        }
    }

    /** In single precision, with initial weights. */
    static Transformer create(TransformerShape shape, int batch, long seed) {
        List<AutoCloseable> flat = new ArrayList<>();
        try {
            Weights weights = Weights.zeros(shape, DataType.FLOAT);
            flat.add(weights);
            Weights gradients = Weights.zeros(shape, DataType.FLOAT);
            flat.add(gradients);
            weights.initialise(seed);
            Transformer created = new Transformer(shape, batch, weights, gradients);
            created.owned.addAll(flat);
            return created;
        } catch (RuntimeException | Error e) {
            close(flat);
            throw e;
        }
    }

    @Override
    public Transformer beside(long seed) {
        Weights own = Weights.zeros(buffers.shape, weights.flat().dataType());
        own.initialise(seed);
        Transformer created = new Transformer(
                buffers, own, gradients, () -> Operations.of(weights.flat().dataType()));
        created.owned.add(own);
        return created;
    }

    @Override
    public Transformer scorer(int batch) {
        Transformer scorer = new Transformer(buffers.shape, batch, weights, null);
        largestScorerBytes = Math.max(largestScorerBytes, scorer.workingBytes());
        return scorer;
    }

    @Override
    public Long peakBytes() {
        INDArray flat = weights.flat();
        long flatBytes = flat.length() * flat.dataType().width();
        return workingBytes() + (gradients == null ? 1 : 2) * flatBytes + largestScorerBytes;
    }

    private long workingBytes() {
        return buffers.bytes() + forwards.bytes() + (backwards == null ? 0 : backwards.bytes());
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
        System.arraycopy(inputTokens, 0, forward.ids, 0, buffers.rows);
        System.arraycopy(targetTokens, 0, forward.targets, 0, buffers.rows);
        forwards.run();
        System.arraycopy(forward.losses, 0, losses, 0, buffers.rows);
    }

    @Override
    public int[] predictions() {
        return forward.best.clone();
    }

    @Override
    public void backward() {
        backwards.run();
    }

    @Override
    public void close() {
        close(owned);
    }

    private static void close(List<AutoCloseable> parts) {
        try {
            for (AutoCloseable part : parts) {
                part.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("Cannot release a transformer", e);
        }
    }
}
