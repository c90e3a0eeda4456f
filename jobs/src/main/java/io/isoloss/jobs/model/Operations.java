package io.isoloss.jobs.model;

import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A list of operations on a device, bound to their arrays when they are added and run in that order as often as wanted.
 * All that a training step does to tensors goes through here, so a device is one implementation.
 *
 * <p>Arrays are c-ordered and contiguous; those of ids and losses are Java's, read and written at every run. Rows are
 * positions: batch × context, sequence by sequence. One list belongs to one thread.
 */
public interface Operations extends AutoCloseable {
    /** Added to the mean square before the root, as in Zhang &amp; Sennrich 2019 (arXiv:1910.07467). */
    double NORM_EPSILON = 1e-6;

    /** An empty list: the fast one of this processor for single precision, ND4J's own operations for any other type. */
    static Operations of(DataType type) {
        return type == DataType.FLOAT && CpuOperations.AVAILABLE ? new CpuOperations() : new Nd4jOperations();
    }

    /** Runs all operations in the order in which they were added. */
    void run();

    /** {@code out = op(a) · op(b)}, or {@code out +=} where {@code add}; matrices, op transposes where asked. */
    void product(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, boolean add);

    /**
     * {@code x[row] = tokens[ids[row]] + positions[row mod context]}.
     *
     * @param ids [rows]
     * @param tokens [vocabulary, width]
     * @param positions [context, width]
     * @param x [rows, width]
     */
    void embed(int[] ids, INDArray tokens, INDArray positions, INDArray x);

    /** Overwrites both gradients with the sums of {@code dx} over the rows of each token and of each position. */
    void embedBackward(int[] ids, INDArray dx, INDArray dTokens, INDArray dPositions);

    /**
     * {@code n = x · r} with {@code r = 1 / rms(x)}, a row at a time.
     *
     * @param x [rows, width]
     * @param n [rows, width]
     * @param r [rows, 1]
     */
    void normalise(INDArray x, INDArray n, INDArray r);

    /** {@code dx = r · (dn − n · mean(dn · n))}, or {@code dx +=} where {@code add}. */
    void normaliseBackward(INDArray dn, INDArray n, INDArray r, INDArray dx, boolean add);

    /**
     * Causal attention of each head to its own sequence: {@code p = softmax(q kᵀ / √headWidth)} over the keys up to the
     * query, {@code mixed = p v}.
     *
     * @param qkv queries, keys and values side by side, heads side by side in each, [rows, 3 width]
     * @param p [batch, heads, context, context], for backward; without meaning for keys after the query
     * @param mixed [rows, width]
     */
    void attend(INDArray qkv, INDArray p, INDArray mixed);

    /** Overwrites {@code dqkv}, given the gradient of {@code mixed}. */
    void attendBackward(INDArray qkv, INDArray p, INDArray mixed, INDArray dMixed, INDArray dqkv);

    /**
     * A long short-term memory (Hochreiter &amp; Schmidhuber 1997; forget gates of Gers, Schmidhuber &amp; Cummins 2000, no
     * peepholes) over each sequence, from zeros. What inputs give to the gates lies in {@code gates} and becomes
     * {@code gates = f(gates + bias + before · recurrent)}, f being the sigmoid for the input, forget and output gates and tanh
     * for the candidates; {@code cell = forget · cell of the row before + input · candidate} and
     * {@code hidden = output · tanh(cell)}.
     */
    void recur(Recurrence arrays);

    /**
     * Overwrites both gradients, given that of {@code hidden}.
     *
     * @param dHidden [rows, width]
     * @param dGates of what inputs give to the gates, [rows, 4 width]
     * @param dBias [4 width]
     */
    void recurBackward(Recurrence arrays, INDArray dHidden, INDArray dGates, INDArray dBias);

    /** {@code x = max(x, 0)}, in place. */
    void rectify(INDArray x);

    /** {@code dx = 0} where the rectified {@code x} is zero, in place. */
    void rectifyBackward(INDArray x, INDArray dx);

    /** {@code columns[row]} = the column of the largest number of a row, the first where several are. */
    void largest(INDArray x, int[] columns);

    /**
     * {@code losses[row] = −ln softmax(logits[row])[targets[row]]}, nats.
     *
     * @param logits [rows, outputs]; left without meaning, or as the gradient of the summed loss where asked
     * @param gradient whether {@code logits} become {@code softmax(logits) − 1[target]}
     */
    void crossEntropy(INDArray logits, int[] targets, double[] losses, boolean gradient);

    /** {@code norm[0]} = the L2 norm of {@code x}. */
    void norm(INDArray x, double[] norm);

    /**
     * One step of AdamW, all arrays of one length; {@code gradients} are left without meaning.
     *
     * @param step asked for its numbers at every run
     */
    void adamW(INDArray weights, INDArray gradients, INDArray first, INDArray second, Supplier<AdamWStep> step);

    /** Of the arrays that they work on beside those they are given; Java's are left out. */
    long bytes();

    @Override
    void close();

    /**
     * What a long short-term memory reads and writes. Columns of gates are input gates, forget gates, output gates and
     * candidates side by side, width of each.
     *
     * @param context rows of a sequence
     * @param recurrent [width, 4 width]
     * @param bias [4 width]
     * @param gates [rows, 4 width]
     * @param cells [rows, width]
     * @param hidden [rows, width]
     * @param before {@code hidden} of the row before, zeros where a sequence begins, [rows, width]
     */
    record Recurrence(
            int context,
            INDArray recurrent,
            INDArray bias,
            INDArray gates,
            INDArray cells,
            INDArray hidden,
            INDArray before) {}

    /**
     * Numbers of a step of AdamW (Loshchilov &amp; Hutter 2019, arXiv:1711.05101, algorithm 2). The epsilon is the ε̂ of
     * Kingma &amp; Ba 2015 (arXiv:1412.6980), end of section 2.
     *
     * @param number of steps taken before this one
     * @param gradientScale multiplies the gradients first: mean over losses and clipping
     * @param weightDecay times the learning rate is what the weights lose
     */
    record AdamWStep(
            long number,
            double gradientScale,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {

        public AdamWStep withoutDecay() {
            return new AdamWStep(number, gradientScale, learningRate, beta1, beta2, epsilon, 0);
        }

        /** Learning rate with both moments' corrections for their start at zero. */
        double correctedRate() {
            return learningRate * Math.sqrt(1 - Math.pow(beta2, number + 1.0)) / (1 - Math.pow(beta1, number + 1.0));
        }
    }
}
