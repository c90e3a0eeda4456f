package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Transformer;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.model.Weights;
import io.isoloss.jobs.sweep.Recipe;
import org.nd4j.linalg.api.buffer.DataType;

/** A model with its gradients and optimiser, in single precision: what a step of training needs and nothing else. */
final class TrainingStep implements AutoCloseable {
    private final Weights weights;
    private final Weights gradients;
    private final Transformer transformer;
    private final AdamW optimiser;
    private final int rows;
    private final boolean ownsGradients;

    TrainingStep(TransformerShape shape, Recipe recipe) {
        this(shape, recipe, null);
    }

    /** @param shared whose activations and gradients it works in, or null for its own */
    TrainingStep(TransformerShape shape, Recipe recipe, TrainingStep shared) {
        this.rows = recipe.batchSequences() * shape.context();
        this.ownsGradients = shared == null;
        this.weights = Weights.zeros(shape, DataType.FLOAT);
        this.gradients = shared == null ? Weights.zeros(shape, DataType.FLOAT) : shared.gradients;
        this.transformer = shared == null
                ? new Transformer(shape, recipe.batchSequences(), weights, gradients)
                : new Transformer(shared.transformer, weights, gradients);
        this.optimiser = new AdamW(weights, gradients, recipe);
        weights.initialise(recipe.initSeed());
    }

    /**
     * Takes a step down the mean loss of a batch.
     *
     * @param inputs [batch, context] token ids, row-major
     * @param targets the next tokens, likewise
     * @param losses receives the loss at each position before the step, nats
     * @return the mean gradient's norm before clipping; not finite means that no step was taken
     */
    double take(int[] inputs, int[] targets, double[] losses, double learningRate) {
        transformer.forward(inputs, targets, losses);
        transformer.backward();
        return optimiser.step(learningRate, rows);
    }

    Weights weights() {
        return weights;
    }

    @Override
    public void close() {
        optimiser.close();
        transformer.close();
        if (ownsGradients) {
            gradients.close();
        }
        weights.close();
    }
}
