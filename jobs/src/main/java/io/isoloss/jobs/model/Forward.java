package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The operations from token ids to the losses of the next tokens, and what backward needs of them. */
final class Forward {
    final int[] ids; // [rows]
    final int[] targets; // [rows]
    final double[] losses; // [rows], nats
    final int[] best; // [rows], the most probable outputs, unless backward follows
    final List<Block> blocks = new ArrayList<>();
    final Norm last;
    final INDArray logits; // [rows, outputs]; after a run their gradient, if backward follows

    private final Operations operations;
    private final Buffers buffers;
    private final INDArray x; // residual stream, [rows, width]

    /** n = x · r with r = 1 / rms(x), a row at a time: [rows, width] and [rows, 1]. */
    record Norm(INDArray n, INDArray r) {}

    /**
     * Activations of one block.
     *
     * @param qkv queries, keys and values side by side, [rows, 3 width]
     * @param attention probabilities over keys, [batch, heads, context, context]
     * @param mixed attention-weighted values, [rows, width]
     * @param hidden rectified, [rows, 4 width]
     */
    record Block(Norm first, INDArray qkv, INDArray attention, INDArray mixed, Norm second, INDArray hidden) {}

    /** @param backwardFollows else all blocks share one set of activations */
    Forward(Operations operations, Buffers buffers, Weights weights, boolean backwardFollows) {
        TransformerShape shape = buffers.shape;
        this.operations = operations;
        this.buffers = buffers;
        this.ids = new int[buffers.rows];
        this.targets = new int[buffers.rows];
        this.losses = new double[buffers.rows];
        this.best = new int[buffers.rows];
        this.x = buffers.rows(shape.width());
        operations.embed(ids, weights.tokens(), weights.positions(), x);
        for (Weights.Block block : weights.blocks()) {
            blocks.add(backwardFollows || blocks.isEmpty() ? newBlock() : blocks.get(0));
            add(block, blocks.get(blocks.size() - 1));
        }
        this.last = newNorm();
        this.logits = buffers.rows(shape.outputs());
        operations.normalise(x, last.n, last.r);
        operations.product(last.n, false, weights.head(), false, logits, false);
        if (!backwardFollows) {
            operations.largest(logits, best);
        }
        operations.crossEntropy(logits, targets, losses, backwardFollows);
    }

    private void add(Weights.Block w, Block b) {
        operations.normalise(x, b.first.n, b.first.r);
        operations.product(b.first.n, false, w.qkv(), false, b.qkv, false);
        operations.attend(b.qkv, b.attention, b.mixed);
        operations.product(b.mixed, false, w.out(), false, x, true);
        operations.normalise(x, b.second.n, b.second.r);
        operations.product(b.second.n, false, w.up(), false, b.hidden, false);
        operations.rectify(b.hidden);
        operations.product(b.hidden, false, w.down(), false, x, true);
    }

    private Norm newNorm() {
        return new Norm(buffers.rows(buffers.shape.width()), buffers.rows(1));
    }

    private Block newBlock() {
        int width = buffers.shape.width();
        return new Block(
                newNorm(),
                buffers.rows(3 * width),
                buffers.scores(),
                buffers.rows(width),
                newNorm(),
                buffers.rows(4 * width));
    }
}
