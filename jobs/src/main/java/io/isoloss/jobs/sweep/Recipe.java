package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * How a shape is trained: AdamW (Loshchilov and Hutter, arXiv:1711.05101) under a schedule of learning rates.
 *
 * @param steps optimizer steps; of a growing batch, batches of {@code batchSequences} that the steps take together
 * @param batchSequences sequences a step, of a growing batch those of the first
 * @param peakLearningRate the schedule's highest rate
 * @param schedule the rate over the run
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled from the gradient, multiplied by the learning rate
 * @param gradientClip largest L2 norm of the whole gradient
 * @param initSeed seed of the initial weights
 * @param dataSeed seed of the order of the training windows
 * @param validationTokens tokens of the validation split that are scored, fewer if it is smaller
 * @param batchGrowth how the batch grows during training; null where it stays
 */
public record Recipe(
        int steps,
        int batchSequences,
        double peakLearningRate,
        Schedule schedule,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double gradientClip,
        long initSeed,
        long dataSeed,
        int validationTokens,
        BatchGrowth batchGrowth)
        implements Serializable {

    public Recipe {
        require(steps >= 1, "steps (want at least 1)", steps);
        require(batchSequences >= 1, "batch (want at least 1 sequence)", batchSequences);
        require(peakLearningRate > 0 && peakLearningRate <= 1, "learning rate (want in (0, 1])", peakLearningRate);
        if (schedule == null) {
            throw new IllegalArgumentException("Invalid recipe (want a schedule)");
        }
        require(beta1 >= 0 && beta1 < 1, "beta1 (want in [0, 1))", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 (want in [0, 1))", beta2);
        require(epsilon > 0 && Double.isFinite(epsilon), "epsilon (want positive)", epsilon);
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay (want at least 0)", weightDecay);
        require(gradientClip > 0 && Double.isFinite(gradientClip), "gradient clip (want positive)", gradientClip);
        require(validationTokens >= 1, "validation tokens (want at least 1)", validationTokens);
        if (batchGrowth != null && batchGrowth.maxSequences() < batchSequences) {
            throw new IllegalArgumentException("Invalid batch growth (want a max of at least the first batch): max "
                    + batchGrowth.maxSequences() + ", first batch " + batchSequences);
        }
        if (batchGrowth != null && schedule.sharedSteps(Integer.MAX_VALUE) > 0) {
            throw new IllegalArgumentException(
                    "Invalid recipe: a batch that grows cannot share a trunk with longer runs;"
                            + " use the cosine schedule, or a batch that stays");
        }
    }

    /** With a batch that stays. */
    public Recipe(
            int steps,
            int batchSequences,
            double peakLearningRate,
            Schedule schedule,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double gradientClip,
            long initSeed,
            long dataSeed,
            int validationTokens) {
        this(
                steps,
                batchSequences,
                peakLearningRate,
                schedule,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                gradientClip,
                initSeed,
                dataSeed,
                validationTokens,
                null);
    }

    /** Learning rate of a step, counted from 0. */
    public double learningRate(double step) {
        return peakLearningRate * schedule.share(step, steps);
    }

    /**
     * Learning rate of a step of a growing batch.
     *
     * @param lastBatch of the step, counted from 0 in batches of {@code batchSequences}
     * @param batches that the step takes
     */
    public double learningRate(double lastBatch, int batches) {
        return batches == 1
                ? learningRate(lastBatch)
                : Math.min(1, learningRate(lastBatch) * batchGrowth.rateFactor(batches));
    }

    /** The same for another length. */
    Recipe withSteps(int otherSteps) {
        return new Recipe(
                otherSteps,
                batchSequences,
                peakLearningRate,
                schedule,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                gradientClip,
                initSeed,
                dataSeed,
                validationTokens,
                batchGrowth);
    }

    private static void require(boolean held, String what, double value) {
        if (!held) {
            throw new IllegalArgumentException("Invalid " + what + ": " + value);
        }
    }
}
