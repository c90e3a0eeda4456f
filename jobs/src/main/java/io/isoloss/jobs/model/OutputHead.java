package io.isoloss.jobs.model;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** From the last hidden layer over logits and softmax to the loss, and back. */
final class OutputHead implements AutoCloseable {
    private final Operations forward;
    private final Operations backward; // null for evaluation only
    private final INDArray hidden; // [batch, context, width]
    private final INDArray logits; // [batch × context, outputs]; after a run their gradient, if backward follows
    private final INDArray dHidden; // [batch, context, width]; null for evaluation only
    private final int[] targets;
    private final double[] losses;
    private final int[] best;

    /**
     * Builds the operations.
     *
     * @param matrix [outputs, width]
     * @param gradient likewise; null for evaluation only
     */
    OutputHead(int batch, int context, INDArray matrix, INDArray gradient) {
        DataType type = matrix.dataType();
        int rows = batch * context;
        long width = matrix.size(1);
        this.forward = Operations.of(type);
        this.backward = gradient == null ? null : Operations.of(type);
        this.hidden = Nd4j.createUninitializedDetached(type, batch, context, width);
        this.logits = Nd4j.createUninitializedDetached(type, rows, matrix.size(0));
        this.dHidden = gradient == null ? null : hidden.ulike();
        this.targets = new int[rows];
        this.losses = new double[rows];
        this.best = new int[rows];
        INDArray x = hidden.reshape('c', rows, width);
        forward.product(x, false, matrix, true, logits, false);
        if (gradient == null) {
            forward.largest(logits, best);
        }
        forward.crossEntropy(logits, targets, losses, gradient != null);
        if (gradient != null) {
            backward.product(logits, true, x, false, gradient, false);
            backward.product(logits, false, matrix, false, dHidden.reshape('c', rows, width), false);
        }
    }

    /** Writes the loss at each position in nats. */
    void forward(INDArray lastHidden, int[] outputs, double[] lossesNats) {
        System.arraycopy(outputs, 0, targets, 0, targets.length);
        hidden.assign(lastHidden);
        forward.run();
        System.arraycopy(losses, 0, lossesNats, 0, losses.length);
    }

    /** The most probable output of each row, where no backward follows. */
    int[] predictions() {
        return best.clone();
    }

    /** The gradient of the last hidden layer. */
    INDArray backward() {
        backward.run();
        return dHidden;
    }

    /** Of its arrays, those of its operations included. */
    long bytes() {
        long rows = logits.length() + (backward == null ? 1 : 2) * hidden.length();
        return rows * logits.dataType().width() + forward.bytes() + (backward == null ? 0 : backward.bytes());
    }

    @Override
    public void close() {
        forward.close();
        hidden.close();
        logits.close();
        if (backward != null) {
            backward.close();
            dHidden.close();
        }
    }
}
