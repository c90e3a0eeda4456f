package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Recipe;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A model with its optimiser, in single precision: what a step of training needs and nothing else. */
final class TrainingStep implements AutoCloseable {
    private final Model model;
    private final AdamW optimiser;
    private final int rows;
    private GradientSum sum; // null until one is needed

    TrainingStep(ModelShape shape, Recipe recipe) {
        this.rows = recipe.batchSequences() * shape.context();
        this.model = shape.create(recipe.batchSequences(), recipe.initSeed());
        this.optimiser = new AdamW(model, recipe);
    }

    /**
     * Takes a step down the mean loss of a batch.
     *
     * @param inputs [batch, context] token ids, row-major
     * @param targets the outputs to predict, likewise
     * @param losses receives the loss at each position before the step, nats
     * @return the mean gradient's norm before clipping; not finite means that no step was taken
     */
    double take(int[] inputs, int[] targets, double[] losses, double learningRate) {
        model.forward(inputs, targets, losses);
        model.backward();
        return optimiser.step(learningRate, rows);
    }

    /**
     * Adds the gradient of a batch to those of others at the same weights.
     *
     * @param losses receives the loss at each position, nats
     */
    void sum(int[] inputs, int[] targets, double[] losses) {
        if (sum == null) {
            sum = new GradientSum(model.gradients(), rows);
        }
        model.forward(inputs, targets, losses);
        model.backward();
        sum.add(model.gradients());
    }

    /** Signal and noise of the gradients summed, two or more; they are forgotten. */
    GradientNoise noise() {
        GradientNoise noise = sum.noise();
        sum.clear();
        return noise;
    }

    /** Takes a step down the batch that was summed last; see {@link #take}. */
    double takeLast(double learningRate) {
        return optimiser.step(learningRate, rows);
    }

    /** Takes a step down all batches summed; see {@link #take}. */
    double takeSum(double learningRate) {
        model.gradients().assign(sum.sum());
        return optimiser.step(learningRate, sum.batches() * rows);
    }

    /** Copies of weights and moments. */
    TrainingState state(History history, int resumes) {
        return new TrainingState(
                model.weights().toFloatVector(),
                optimiser.firstMoment().toFloatVector(),
                optimiser.secondMoment().toFloatVector(),
                history.columns(),
                resumes);
    }

    void restore(TrainingState state) {
        set(model.weights(), state.weights);
        set(optimiser.firstMoment(), state.firstMoment);
        set(optimiser.secondMoment(), state.secondMoment);
        optimiser.resumeAt(state.steps());
    }

    private static void set(INDArray array, float[] values) {
        if (array.length() != values.length) {
            throw new IllegalArgumentException(
                    "Cannot restore " + values.length + " numbers to a model of " + array.length());
        }
        try (INDArray copy = Nd4j.createFromArray(values)) {
            array.assign(copy);
        }
    }

    Model model() {
        return model;
    }

    @Override
    public void close() {
        if (sum != null) {
            sum.close();
        }
        optimiser.close();
        model.close();
    }
}
