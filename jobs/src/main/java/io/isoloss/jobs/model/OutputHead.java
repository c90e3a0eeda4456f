package io.isoloss.jobs.model;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** From the last hidden layer over logits and softmax to the loss, and back: operation lists over the head's matrix. */
final class OutputHead implements AutoCloseable {
    /** A float32 softmax cannot tell less from zero; it keeps the loss of a surprised position finite, at 103 nats. */
    private static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    private final OpList forward = new OpList();
    private final OpList backward = new OpList();
    private final INDArray hidden; // [batch, context, width]
    private final INDArray probabilities; // [batch × context, outputs]
    private final INDArray dHidden; // [batch, context, width]
    private final int rows;
    private int[] targets;

    /**
     * Builds the lists.
     *
     * @param matrix [outputs, width]
     * @param gradient likewise; null for evaluation only
     */
    OutputHead(int batch, int context, INDArray matrix, INDArray gradient) {
        DataType type = matrix.dataType();
        long outputs = matrix.size(0);
        long width = matrix.size(1);
        this.rows = batch * context;
        this.hidden = Nd4j.createUninitializedDetached(type, batch, context, width);
        this.probabilities = Nd4j.createUninitializedDetached(type, rows, outputs);
        this.dHidden = gradient == null ? null : hidden.ulike();
        INDArray x = hidden.reshape('c', rows, width);
        INDArray logits = probabilities.reshape('c', batch, context, outputs);
        forward.matmul(x, false, matrix, true, probabilities, 1, 0);
        forward.softmax(logits, logits);
        if (gradient != null) {
            backward.matmul(probabilities, true, x, false, gradient, 1, 0);
            backward.matmul(probabilities, matrix, dHidden.reshape('c', rows, width));
        }
    }

    /** Writes the loss at each position in nats. */
    void forward(INDArray lastHidden, int[] targets, double[] losses) {
        this.targets = targets;
        hidden.assign(lastHidden);
        forward.run();
        for (int row = 0; row < rows; row++) {
            losses[row] = -Math.log(Math.max(probabilities.data().getDouble(at(row)), LEAST_PROBABILITY));
        }
    }

    /** The most probable output of each row. */
    int[] predictions() {
        try (INDArray best = probabilities.argMax(1)) {
            return best.toIntVector();
        }
    }

    /** Softmax and cross-entropy together: the logits' gradient is p − target. It takes the probabilities' place. */
    INDArray backward() {
        for (int row = 0; row < rows; row++) {
            probabilities.data().put(at(row), probabilities.data().getDouble(at(row)) - 1);
        }
        backward.run();
        return dHidden;
    }

    private long at(int row) {
        return row * probabilities.size(1) + targets[row];
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
        hidden.close();
        probabilities.close();
        if (dHidden != null) {
            dHidden.close();
        }
    }
}
