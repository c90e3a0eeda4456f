package io.isoloss.jobs.model;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model for batches of one size. Its weights and their gradients are flat vectors, so that one optimiser and one
 * checkpoint serve every family. One instance belongs to one thread.
 */
public interface Model extends AutoCloseable {

    /** [totalParams] */
    INDArray weights();

    /** [totalParams], those of the summed (not mean) loss of the last batch. */
    INDArray gradients();

    /** The views of {@link #weights} that weight decay applies to. */
    List<INDArray> decayed();

    /**
     * Runs forward.
     *
     * @param inputs [batch, context] token ids, row-major
     * @param targets the outputs to predict, likewise
     * @param losses receives the loss at each position in nats, likewise
     */
    void forward(int[] inputs, int[] targets, double[] losses);

    /** After {@link #forward} of a scorer: the most probable output at each position, [batch, context] row-major. */
    int[] predictions();

    /** Once after each {@link #forward}: writes the gradients. */
    void backward();

    /**
     * Another model of the same shape, with weights of its own, that may work in this one's activations and gradients: of
     * the models beside each other one at a time may be between forward and the use of its gradients. To be closed before
     * this one.
     */
    Model beside(long seed);

    /** Most bytes that its arrays took at once, those of its scorers included; null if the family does not count them. */
    default Long peakBytes() {
        return null;
    }

    /** A model over the same weights that only runs forward; to be closed before this one. */
    Model scorer(int batch);

    @Override
    void close();
}
