package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The operations from token ids to the probabilities of the next tokens, and what backward needs of them. */
final class Forward {
    /** Added to the mean square before the root, as in Zhang &amp; Sennrich 2019 (arXiv:1910.07467). */
    private static final double NORM_EPSILON = 1e-6;

    /** Far below any score, so that the softmax of a masked one is exactly zero. */
    private static final double MASKED = -1e9;

    final OpList operations = new OpList();
    final INDArray ids; // [rows], int
    final List<Block> blocks = new ArrayList<>();
    final Norm last;
    final INDArray probabilities; // [rows, outputs]

    private final Buffers buffers;
    private final INDArray x; // residual stream, [rows, width]
    private final INDArray squares; // [rows, width]
    private final INDArray ones; // [width, 1]
    private final INDArray mask; // [context, context]

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

    /** @param keepEveryBlock whether backward follows; else all blocks share one set of activations */
    Forward(Buffers buffers, Weights weights, boolean keepEveryBlock) {
        TransformerShape shape = buffers.shape;
        this.buffers = buffers;
        this.ids = buffers.ids();
        this.x = buffers.rows(shape.width());
        this.squares = buffers.rows(shape.width());
        this.ones = buffers.filled(1, shape.width(), 1);
        this.mask = causalMask();
        embed(weights);
        for (Weights.Block block : weights.blocks()) {
            blocks.add(keepEveryBlock || blocks.isEmpty() ? newBlock() : blocks.get(0));
            add(block, blocks.get(blocks.size() - 1));
        }
        this.last = newNorm();
        this.probabilities = buffers.rows(shape.outputs());
        normalise(last);
        operations.matmul(last.n, weights.head(), probabilities);
        INDArray logits = probabilities.reshape('c', buffers.batch, shape.context(), shape.outputs());
        operations.softmax(logits, logits);
    }

    private void embed(Weights weights) {
        int context = buffers.shape.context();
        int width = buffers.shape.width();
        operations.gather(weights.tokens(), ids, x);
        INDArray sequences = x.reshape('c', buffers.batch, context, width);
        operations.add(sequences, weights.positions().reshape('c', 1, context, width), sequences);
    }

    private void add(Weights.Block w, Block b) {
        double scale = 1 / Math.sqrt(buffers.shape.headWidth());
        normalise(b.first);
        operations.matmul(b.first.n, w.qkv(), b.qkv);
        operations.matmul(buffers.heads(b.qkv, 0), false, buffers.heads(b.qkv, 1), true, b.attention, scale, 0);
        operations.add(b.attention, mask, b.attention);
        operations.softmax(b.attention, b.attention);
        operations.matmul(b.attention, buffers.heads(b.qkv, 2), buffers.heads(b.mixed, 0));
        operations.matmul(b.mixed, false, w.out(), false, x, 1, 1);
        normalise(b.second);
        operations.matmul(b.second.n, w.up(), b.hidden);
        operations.relu(b.hidden, b.hidden);
        operations.matmul(b.hidden, false, w.down(), false, x, 1, 1);
    }

    /** Row sums go through gemm, the fastest reduction here. */
    private void normalise(Norm norm) {
        operations.multiply(x, x, squares);
        operations.matmul(squares, false, ones, false, norm.r, 1.0 / buffers.shape.width(), 0);
        operations.inverseSquareRoot(norm.r, NORM_EPSILON);
        operations.multiply(x, norm.r, norm.n);
    }

    private Norm newNorm() {
        return new Norm(buffers.rows(buffers.shape.width()), buffers.rows(1));
    }

    private Block newBlock() {
        int width = buffers.shape.width();
        return new Block(
                newNorm(),
                buffers.rows(3 * width),
                buffers.perHead(buffers.shape.context()),
                buffers.rows(width),
                newNorm(),
                buffers.rows(4 * width));
    }

    private INDArray causalMask() {
        int context = buffers.shape.context();
        INDArray scores = buffers.filled(0, context, context);
        for (int query = 0; query < context; query++) {
            for (int key = query + 1; key < context; key++) {
                scores.putScalar(query, key, MASKED);
            }
        }
        return scores;
    }
}
