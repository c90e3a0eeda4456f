package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainingPackTest {
    private static final TransformerShape SHAPE = new TransformerShape(16, 2, 2, 12, 20);
    private static final int BATCH = 4;
    private static final int ROWS = BATCH * 12;

    private static Recipe recipe(int trial, int steps, int batch) {
        return new Recipe(
                steps, batch, 0.01 / (trial + 1), new Cosine(0, 0), 0.9, 0.95, 1e-8, 0.1 * trial, 1, trial, trial, 1);
    }

    /** Different seeds, rates, decays, data and numbers of steps. */
    @Test
    void packedTrialsHaveTheBitsOfTrialsAlone() {
        List<Recipe> recipes = new ArrayList<>();
        List<double[]> alone = new ArrayList<>();
        List<List<Double>> aloneLosses = new ArrayList<>();
        for (int trial = 0; trial < 4; trial++) {
            Recipe recipe = recipe(trial, 10 + trial, BATCH);
            recipes.add(recipe);
            List<Double> losses = new ArrayList<>();
            try (TrainingStep training = new TrainingStep(SHAPE, recipe)) {
                for (int step = 0; step < recipe.steps(); step++) {
                    losses.add(take(training, recipe, step));
                }
                alone.add(training.model().weights().data().asDouble());
            }
            aloneLosses.add(losses);
        }
        try (TrainingPack pack = new TrainingPack(SHAPE, recipes)) {
            for (int step = 0; step < 13; step++) {
                for (int trial = 0; trial < pack.size(); trial++) {
                    if (step < recipes.get(trial).steps()) {
                        assertThat(take(pack.trial(trial), recipes.get(trial), step))
                                .isEqualTo(aloneLosses.get(trial).get(step));
                    }
                }
            }
            for (int trial = 0; trial < pack.size(); trial++) {
                assertThat(pack.trial(trial).model().weights().data().asDouble())
                        .isEqualTo(alone.get(trial));
            }
        }
    }

    @Test
    void refusesTrialsOfDifferentBatches() {
        assertThatThrownBy(() -> new TrainingPack(SHAPE, List.of(recipe(0, 5, 4), recipe(1, 5, 8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot pack trials of different batches: 4 and 8 sequences");
    }

    private static double take(TrainingStep training, Recipe recipe, int step) {
        SplittableRandom data = new SplittableRandom(recipe.dataSeed() * 100 + step);
        int[] inputs = data.ints(ROWS, 0, SHAPE.vocabulary()).toArray();
        int[] targets = data.ints(ROWS, 0, SHAPE.vocabulary()).toArray();
        double[] losses = new double[ROWS];
        training.take(inputs, targets, losses, recipe.peakLearningRate());
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }
}
