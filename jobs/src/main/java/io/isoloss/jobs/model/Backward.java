package io.isoloss.jobs.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The operations from the gradient of the logits back to that of the summed loss in every weight. */
final class Backward {
    private final Operations operations;
    private final INDArray dx; // residual stream, [rows, width]
    private final INDArray dn; // output of a norm, [rows, width]
    private final INDArray dqkv; // [rows, 3 width]
    private final INDArray dHidden; // [rows, 4 width]

    private Backward(Operations operations, Buffers buffers) {
        int width = buffers.shape.width();
        this.operations = operations;
        this.dx = buffers.rows(width);
        this.dn = buffers.rows(width);
        this.dqkv = buffers.rows(3 * width);
        this.dHidden = buffers.rows(4 * width);
    }

    /** Adds them to a list of their own. */
    static void add(Operations operations, Buffers buffers, Forward forward, Weights weights, Weights gradients) {
        new Backward(operations, buffers).add(forward, weights, gradients);
    }

    private void add(Forward forward, Weights weights, Weights gradients) {
        Forward.Norm last = forward.last;
        operations.product(last.n(), true, forward.logits, false, gradients.head(), false);
        operations.product(forward.logits, false, weights.head(), true, dn, false);
        operations.normaliseBackward(dn, last.n(), last.r(), dx, false);
        for (int layer = weights.blocks().size() - 1; layer >= 0; layer--) {
            Weights.Block w = weights.blocks().get(layer);
            Weights.Block g = gradients.blocks().get(layer);
            throughMlp(w, g, forward.blocks.get(layer));
            throughAttention(w, g, forward.blocks.get(layer));
        }
        operations.embedBackward(forward.ids, dx, gradients.tokens(), gradients.positions());
    }

    /** dx at the block's output to dx at its middle, in place. */
    private void throughMlp(Weights.Block w, Weights.Block g, Forward.Block b) {
        operations.product(b.hidden(), true, dx, false, g.down(), false);
        operations.product(dx, false, w.down(), true, dHidden, false);
        operations.rectifyBackward(b.hidden(), dHidden);
        operations.product(b.second().n(), true, dHidden, false, g.up(), false);
        operations.product(dHidden, false, w.up(), true, dn, false);
        operations.normaliseBackward(dn, b.second().n(), b.second().r(), dx, true);
    }

    /** dx at the block's middle to dx at its input, in place. */
    private void throughAttention(Weights.Block w, Weights.Block g, Forward.Block b) {
        operations.product(b.mixed(), true, dx, false, g.out(), false);
        operations.product(dx, false, w.out(), true, dn, false);
        operations.attendBackward(b.qkv(), b.attention(), b.mixed(), dn, dqkv);
        operations.product(b.first().n(), true, dqkv, false, g.qkv(), false);
        operations.product(dqkv, false, w.qkv(), true, dn, false);
        operations.normaliseBackward(dn, b.first().n(), b.first().r(), dx, true);
    }
}
