package io.isoloss.jobs.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The operations from the probabilities back to the gradient of the summed loss in every weight. */
final class Backward {
    final OpList operations = new OpList();
    final INDArray inputs; // one-hot, [rows, vocabulary]
    final INDArray targets; // one-hot, [rows, outputs]

    private final Buffers buffers;
    private final INDArray dx; // residual stream, [rows, width]
    private final INDArray dn; // output of a norm, [rows, width]
    private final INDArray dqkv; // [rows, 3 width]
    private final INDArray dHidden; // [rows, 4 width]
    private final INDArray slope; // of the rectifier, [rows, 4 width]
    private final INDArray dAttention; // [batch, heads, context, context]
    private final INDArray weighted; // likewise
    private final INDArray keySums; // [batch, heads, context, 1]
    private final INDArray keyOnes; // [context, 1]
    private final INDArray scratch; // [rows, width]
    private final INDArray means; // [rows, 1]
    private final INDArray ones; // [width, 1]

    Backward(Buffers buffers, Forward forward, Weights weights, Weights gradients) {
        TransformerShape shape = buffers.shape;
        int width = shape.width();
        this.buffers = buffers;
        this.inputs = buffers.rows(shape.vocabulary());
        this.targets = buffers.rows(shape.outputs());
        this.dx = buffers.rows(width);
        this.dn = buffers.rows(width);
        this.dqkv = buffers.rows(3 * width);
        this.dHidden = buffers.rows(4 * width);
        this.slope = buffers.rows(4 * width);
        this.dAttention = buffers.perHead(shape.context());
        this.weighted = buffers.perHead(shape.context());
        this.keySums = buffers.perHead(1);
        this.keyOnes = buffers.filled(1, shape.context(), 1);
        this.scratch = buffers.rows(width);
        this.means = buffers.rows(1);
        this.ones = buffers.filled(1, width, 1);

        // Softmax and cross-entropy together: the logits' gradient is p - target. It takes the probabilities' place.
        INDArray dLogits = forward.probabilities;
        operations.subtract(forward.probabilities, targets, dLogits);
        operations.matmul(forward.last.n(), true, dLogits, false, gradients.head(), 1, 0);
        operations.matmul(dLogits, false, weights.head(), true, dn, 1, 0);
        throughNorm(forward.last);
        operations.multiply(scratch, forward.last.r(), dx);
        for (int layer = shape.layers() - 1; layer >= 0; layer--) {
            Weights.Block w = weights.blocks().get(layer);
            Weights.Block g = gradients.blocks().get(layer);
            throughMlp(w, g, forward.blocks.get(layer));
            throughAttention(w, g, forward.blocks.get(layer));
        }
        embedding(gradients);
    }

    /** dx at the block's output to dx at its middle, in place. */
    private void throughMlp(Weights.Block w, Weights.Block g, Forward.Block b) {
        operations.matmul(b.hidden(), true, dx, false, g.down(), 1, 0);
        operations.matmul(dx, false, w.down(), true, dHidden, 1, 0);
        operations.sign(b.hidden(), slope);
        operations.multiply(dHidden, slope, dHidden);
        operations.matmul(b.second().n(), true, dHidden, false, g.up(), 1, 0);
        operations.matmul(dHidden, false, w.up(), true, dn, 1, 0);
        addThroughNorm(b.second());
    }

    /** dx at the block's middle to dx at its input, in place. */
    private void throughAttention(Weights.Block w, Weights.Block g, Forward.Block b) {
        double scale = 1 / Math.sqrt(buffers.shape.headWidth());
        INDArray dMixed = buffers.heads(dn, 0);
        operations.matmul(b.mixed(), true, dx, false, g.out(), 1, 0);
        operations.matmul(dx, false, w.out(), true, dn, 1, 0);
        operations.matmul(b.attention(), true, dMixed, false, buffers.heads(dqkv, 2), 1, 0);
        operations.matmul(dMixed, false, buffers.heads(b.qkv(), 2), true, dAttention, 1, 0);
        throughSoftmax(b.attention());
        operations.matmul(dAttention, false, buffers.heads(b.qkv(), 1), false, buffers.heads(dqkv, 0), scale, 0);
        operations.matmul(dAttention, true, buffers.heads(b.qkv(), 0), false, buffers.heads(dqkv, 1), scale, 0);
        operations.matmul(b.first().n(), true, dqkv, false, g.qkv(), 1, 0);
        operations.matmul(dqkv, false, w.qkv(), true, dn, 1, 0);
        addThroughNorm(b.first());
    }

    /** dAttention = p · (dAttention − Σ p · dAttention) over keys: the native softmax_bp is no faster. */
    private void throughSoftmax(INDArray p) {
        operations.multiply(p, dAttention, weighted);
        INDArray rows = weighted.reshape('c', -1, buffers.shape.context());
        operations.matmul(rows, keyOnes, keySums.reshape('c', -1, 1));
        operations.subtract(dAttention, keySums, dAttention);
        operations.multiply(p, dAttention, dAttention);
    }

    private void addThroughNorm(Forward.Norm norm) {
        throughNorm(norm);
        operations.multiply(scratch, norm.r(), scratch);
        operations.add(dx, scratch, dx);
    }

    /** scratch = dn − n · mean(dn · n): times r it is the gradient at the norm's input. */
    private void throughNorm(Forward.Norm norm) {
        operations.multiply(dn, norm.n(), scratch);
        operations.matmul(scratch, false, ones, false, means, 1.0 / buffers.shape.width(), 0);
        operations.multiply(norm.n(), means, scratch);
        operations.subtract(dn, scratch, scratch);
    }

    /** Scatters dx to the tokens by a product with their one-hot rows, several times faster than the native scatter. */
    private void embedding(Weights gradients) {
        long positions = (long) buffers.shape.context() * buffers.shape.width();
        operations.matmul(inputs, true, dx, false, gradients.tokens(), 1, 0);
        operations.matmul(
                buffers.filled(1, 1, buffers.batch),
                dx.reshape('c', buffers.batch, positions),
                gradients.positions().reshape('c', 1, positions));
    }
}
