package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.sweep.Trial;
import java.util.Arrays;

/** The batches of a recipe, in their order, and the steps that take them. */
final class RecipeBatches {
    private final WindowSampler sampler;
    private final int sequences; // of a batch
    private final int rows; // tokens of a batch
    private final int[] inputs;
    private final int[] targets;
    private final double[] positionLosses;

    RecipeBatches(Corpus corpus, Trial trial) {
        this.sampler = new WindowSampler(
                corpus,
                trial.spec().task(),
                trial.shape().context(),
                trial.recipe().dataSeed());
        this.sequences = trial.recipe().batchSequences();
        this.rows = sequences * trial.shape().context();
        this.inputs = new int[rows];
        this.targets = new int[rows];
        this.positionLosses = new double[rows];
    }

    /** Tokens of a batch. */
    int rows() {
        return rows;
    }

    int sequences() {
        return sequences;
    }

    /** Takes one step of {@code count} batches, from {@code first}, and notes it. */
    void step(TrainingStep training, Track track, int first, int count) {
        double rate = track.trial.recipe().learningRate(first + count - 1, count);
        if (count > 1) {
            double loss = 0;
            for (int i = first; i < first + count; i++) {
                loss += sum(training, i) / count;
            }
            double norm = training.takeSum(rate);
            track.add(loss, norm, count, training.noise());
        } else if (track.batchSize.probes()) {
            sum(training, first + 1);
            double loss = sum(training, first);
            GradientNoise noise = training.noise();
            track.add(loss, training.takeLast(rate), 1, noise);
        } else {
            fill(first);
            double norm = training.take(inputs, targets, positionLosses, rate);
            track.add(meanLoss(), norm, 1, null);
        }
    }

    /** Adds the gradient of a batch to the sum, and gives its mean loss. */
    double sum(TrainingStep training, int number) {
        fill(number);
        training.sum(inputs, targets, positionLosses);
        return meanLoss();
    }

    private void fill(int number) {
        sampler.fill((long) number * sequences, sequences, inputs, targets);
    }

    private double meanLoss() {
        return Arrays.stream(positionLosses).sum() / rows;
    }
}
