package io.isoloss.jobs.train;

import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Recipe;
import java.util.ArrayList;
import java.util.List;

/**
 * Trials of one shape and batch that are stepped in turn on one thread, over one set of activations and gradients. Each has
 * its own weights, moments, learning rate, clipping and number of steps; their bits are those of training alone, since the
 * operations and their order are. Memory grows by weights and moments with each, not by activations.
 */
final class TrainingPack implements AutoCloseable {
    private final List<TrainingStep> steps = new ArrayList<>();

    /** @param recipes one a trial; equal in {@code batchSequences} */
    TrainingPack(ModelShape shape, List<Recipe> recipes) {
        for (Recipe recipe : recipes) {
            if (recipe.batchSequences() != recipes.get(0).batchSequences()) {
                throw new IllegalArgumentException("Cannot pack trials of different batches: "
                        + recipes.get(0).batchSequences() + " and " + recipe.batchSequences() + " sequences");
            }
            steps.add(
                    steps.isEmpty() ? new TrainingStep(shape, recipe) : new TrainingStep(steps.get(0), shape, recipe));
        }
    }

    int size() {
        return steps.size();
    }

    /** One trial: a step of it ends before that of another begins. */
    TrainingStep trial(int index) {
        return steps.get(index);
    }

    @Override
    public void close() {
        for (int i = steps.size() - 1; i >= 0; i--) {
            steps.get(i).close();
        }
    }
}
