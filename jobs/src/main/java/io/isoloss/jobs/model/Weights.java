package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A transformer's weights as views of one flat vector: embeddings first, then the matrices that weight decay applies to.
 *
 * @param flat all weights, [totalParams]
 * @param matrices the decayed part of {@code flat}: blocks and output head, [nonEmbeddingParams]
 * @param tokens token embedding, [vocabulary, width]
 * @param positions learned positions, [context, width]
 * @param head output head, [width, outputs]
 */
public record Weights(
        INDArray flat, INDArray matrices, INDArray tokens, INDArray positions, List<Block> blocks, INDArray head)
        implements AutoCloseable {

    /** Of the embeddings, as in GPT-2 (Radford et al. 2019, section 2.3). */
    private static final double EMBEDDING_DEVIATION = 0.02;

    /**
     * One block's matrices.
     *
     * @param qkv queries, keys and values side by side, [width, 3 width]
     * @param out attention output, [width, width]
     * @param up first MLP matrix, [width, 4 width]
     * @param down second MLP matrix, [4 width, width]
     */
    public record Block(INDArray qkv, INDArray out, INDArray up, INDArray down) {}

    public Weights {
        blocks = List.copyOf(blocks);
    }

    /** All zero: the layout of weights, gradients and optimiser moments alike. */
    public static Weights zeros(TransformerShape shape, DataType type) {
        INDArray flat = Nd4j.createUninitializedDetached(type, shape.totalParams());
        flat.assign(0);
        return new Layout(flat).weights(shape);
    }

    /**
     * Gaussian embeddings, and Gaussian input matrices with deviation 1/√width, so that a normed row keeps its scale; zero
     * for the matrices that write to the residual stream and for the head, so that the first loss is exactly ln(outputs)
     * (Zhang, Dauphin &amp; Ma 2019, arXiv:1901.09321; Yang et al. 2022, arXiv:2203.03466, appendix D.2).
     */
    public void initialise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double deviation = 1 / Math.sqrt((double) tokens.size(1));
        gaussian(tokens, EMBEDDING_DEVIATION, random);
        gaussian(positions, EMBEDDING_DEVIATION, random);
        for (Block block : blocks) {
            gaussian(block.qkv(), deviation, random);
            gaussian(block.up(), deviation, random);
        }
    }

    private static void gaussian(INDArray matrix, double deviation, SplittableRandom random) {
        double[] values = new double[Math.toIntExact(matrix.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        matrix.assign(Nd4j.create(values, matrix.shape(), matrix.dataType()));
    }

    @Override
    public void close() {
        flat.close();
    }

    /** Hands out consecutive views of a flat vector. */
    private static final class Layout {
        private final INDArray flat;
        private long offset;

        Layout(INDArray flat) {
            this.flat = flat;
        }

        Weights weights(TransformerShape shape) {
            int width = shape.width();
            INDArray tokens = next(shape.vocabulary(), width);
            INDArray positions = next(shape.context(), width);
            INDArray matrices = flat.get(NDArrayIndex.interval(offset, flat.length()));
            List<Block> blocks = new ArrayList<>();
            for (int layer = 0; layer < shape.layers(); layer++) {
                blocks.add(new Block(
                        next(width, 3L * width), next(width, width), next(width, 4L * width), next(4L * width, width)));
            }
            return new Weights(flat, matrices, tokens, positions, blocks, next(width, shape.outputs()));
        }

        private INDArray next(long rows, long columns) {
            INDArray view = flat.get(NDArrayIndex.interval(offset, offset + rows * columns))
                    .reshape('c', rows, columns);
            offset += rows * columns;
            return view;
        }
    }
}
