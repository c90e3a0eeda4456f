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
 * @param batchGrowth how the batch grows during training; null where it stays
 * @param minSteps fewest steps that a trial is worth
 * @param inits where training begins, each trial once from each; a null stands for random weights
 * @param mode where the steps of large trials are taken, or of all; null for one device
 */
public record RecipeRules(
        Task task,
        BatchRule batch,
        BatchGrowth batchGrowth,
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

    /** On one device, with a batch that stays. */
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
                null,
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

    /** The batch in a line, as the runs table has it. */
    String batchLine() {
        return batch.line() + (batchGrowth == null ? "" : ", " + batchGrowth.line());
    }

    /** The same under another rule. */
    RecipeRules with(LearningRateRule other) {
        return new RecipeRules(
                task,
                batch,
                batchGrowth,
                other,
                minSteps,
                schedule,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                gradientClip,
                validationTokens,
                inits,
                mode);
    }

    /** The mode of a shape; null for one device. */
    TrainingMode modeOf(ModelShape shape) {
        boolean small =
                mode instanceof TrainingMode.DataParallel shared && shape.nonEmbeddingParams() <= shared.aboveParams();
        return small ? null : mode;
    }

    /**
     * One for each learning rate.
     *
     * @param tokens that the design asks for
     */
    List<Recipe> recipes(ModelShape shape, double tokens, int batchSequences, int steps, long seed) {
        return learningRate.rates(shape, tokens, batchSequences).stream()
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
                        validationTokens,
                        batchGrowth))
                .toList();
    }
}
