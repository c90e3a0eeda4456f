package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.model.Operations;
import io.isoloss.jobs.sweep.Recipe;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Adam with decoupled weight decay on the matrices (Loshchilov &amp; Hutter 2019, arXiv:1711.05101, algorithm 2) and
 * clipping by the global gradient norm.
 */
final class AdamW implements AutoCloseable {
    private final Recipe recipe;
    private final INDArray firstMoment;
    private final INDArray secondMoment;
    private final double[] norm = new double[1];
    private final Operations measure;
    private final Operations update;
    private Operations.AdamWStep next;
    private long step;

    AdamW(Model model, Recipe recipe) {
        INDArray weights = model.weights();
        INDArray gradients = model.gradients();
        this.recipe = recipe;
        this.firstMoment = weights.ulike().assign(0);
        try {
            this.secondMoment = weights.ulike().assign(0);
        } catch (RuntimeException | Error e) { // out of memory: what there is must go before another try
            firstMoment.close();
            throw e;
        }
        this.measure = Operations.of(weights.dataType());
        this.update = Operations.of(weights.dataType());
        measure.norm(gradients, norm);
        long at = 0;
        for (INDArray matrix : model.decayed()) { // in the order of the flat vector
            long from = matrix.offset() - weights.offset();
            update(weights, gradients, at, from, false);
            update(weights, gradients, from, from + matrix.length(), true);
            at = from + matrix.length();
        }
        update(weights, gradients, at, weights.length(), false);
    }

    private void update(INDArray weights, INDArray gradients, long from, long to, boolean decayed) {
        if (from == to) {
            return;
        }
        update.adamW(
                part(weights, from, to),
                part(gradients, from, to),
                part(firstMoment, from, to),
                part(secondMoment, from, to),
                () -> decayed ? next : next.withoutDecay());
    }

    private static INDArray part(INDArray flat, long from, long to) {
        return flat.get(NDArrayIndex.interval(from, to));
    }

    /**
     * Takes one step down the mean of the summed gradients, which it leaves without meaning.
     *
     * @param count how many losses were summed
     * @return the mean gradient's norm before clipping; not finite means that no step was taken
     */
    double step(double learningRate, int count) {
        measure.run();
        double mean = norm[0] / count;
        if (!Double.isFinite(mean)) {
            return mean;
        }
        next = new Operations.AdamWStep(
                step,
                Math.min(1, recipe.gradientClip() / mean) / count,
                learningRate,
                recipe.beta1(),
                recipe.beta2(),
                recipe.epsilon(),
                recipe.weightDecay());
        update.run();
        step++;
        return mean;
    }

    /** Of its two vectors, each like the weights, and of what its operations work on. */
    long bytes() {
        return 2 * firstMoment.length() * firstMoment.dataType().width() + measure.bytes() + update.bytes();
    }

    INDArray firstMoment() {
        return firstMoment;
    }

    INDArray secondMoment() {
        return secondMoment;
    }

    /** Goes on as after so many steps. */
    void resumeAt(long steps) {
        step = steps;
    }

    @Override
    public void close() {
        measure.close();
        update.close();
        firstMoment.close();
        secondMoment.close();
    }
}
