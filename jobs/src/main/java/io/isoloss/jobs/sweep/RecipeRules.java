package io.isoloss.jobs.sweep;

import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The recipe of a whole sweep: a {@link Recipe} for each shape, amount of data and seed.
 *
 * @param task what the models learn to predict
 * @param minSteps fewest steps that a trial is worth
 * @param inits where training begins, each trial once from each; a null stands for random weights
 * @param mode where the steps of large trials are taken, or of all; null for one device
 */
public record RecipeRules(
        Task task,
        BatchRule batch,
        LearningRateRule learningRate,
        int minSteps,
        Schedule schedule,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double gradientClip,
        int validationTokens,
        List<Init> inits,
        TrainingMode mode)
        implements Serializable {

    public RecipeRules {
        inits = Collections.unmodifiableList(new ArrayList<>(inits)); // List.copyOf refuses null
        if (task == null || batch == null || learningRate == null || minSteps < 1) {
            throw new IllegalArgumentException(
                    "Invalid recipe rules (want a task, a batch rule, a learning rate rule and"
                            + " min_steps >= 1): min_steps " + minSteps);
        }
    }

    /** On one device. */
    public RecipeRules(
            Task task,
            BatchRule batch,
            LearningRateRule learningRate,
            int minSteps,
            Schedule schedule,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double gradientClip,
            int validationTokens,
            List<Init> inits) {
        this(
                task,
                batch,
                learningRate,
                minSteps,
                schedule,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                gradientClip,
                validationTokens,
                inits,
                null);
    }

    /** The mode of a shape; null for one device. */
    TrainingMode modeOf(ModelShape shape) {
        boolean small =
                mode instanceof TrainingMode.DataParallel shared && shape.nonEmbeddingParams() <= shared.aboveParams();
        return small ? null : mode;
    }

    List<Recipe> recipes(int width, int batchSequences, int steps, long seed) {
        return learningRate.rates(width, batchSequences).stream()
                .map(rate -> new Recipe(
                        steps,
                        batchSequences,
                        rate,
                        schedule,
                        beta1,
                        beta2,
                        epsilon,
                        weightDecay,
                        gradientClip,
                        seed,
                        seed,
                        validationTokens))
                .toList();
    }
}
