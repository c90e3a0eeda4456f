package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Operations;
import io.isoloss.jobs.model.Weights;
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

    AdamW(Weights weights, Weights gradients, Recipe recipe) {
        this.recipe = recipe;
        this.firstMoment = weights.flat().ulike().assign(0);
        this.secondMoment = weights.flat().ulike().assign(0);
        this.measure = Operations.of(weights.flat().dataType());
        this.update = Operations.of(weights.flat().dataType());
        measure.norm(gradients.flat(), norm);
        long length = weights.flat().length();
        long embeddings = length - weights.matrices().length();
        update(weights.flat(), gradients.flat(), 0, embeddings, false);
        update(weights.flat(), gradients.flat(), embeddings, length, true);
    }

    private void update(INDArray weights, INDArray gradients, long from, long to, boolean decayed) {
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

    @Override
    public void close() {
        measure.close();
        update.close();
        firstMoment.close();
        secondMoment.close();
    }
}
