package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.ServingProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What follows the last step of a trial: its noise scale, its evaluation, its serving, its row. */
final class TrialEnding {
    /** The noise scale is measured with at most one gradient for so many steps, which keeps it below 1 % of the training. */
    private static final int NOISE_SHARE = 100;

    /** Eight gradients make 28 pairs, each an estimate of the squared gradient; fewer tell too little. */
    private static final int FEWEST_NOISE_BATCHES = 8;

    private static final int MOST_NOISE_BATCHES = 64;

    private final Trainer trainer;
    private final RecipeBatches batches;
    private final MicroBatch microBatch;
    private final Spending spending;
    private final Progress progress;

    TrialEnding(Trainer trainer, RecipeBatches batches, MicroBatch microBatch, Spending spending, Progress progress) {
        this.trainer = trainer;
        this.batches = batches;
        this.microBatch = microBatch;
        this.spending = spending;
        this.progress = progress;
    }

    /** Gradients of a batch that it comes to: a forward pass is a third of one, and twice that is foreseen. */
    double gradients(Trial trial) {
        InferenceLoad load = trainer.metering().inference();
        double windows = (double) trial.recipe().validationTokens() / batches.rows();
        double served = load.seconds() == 0
                ? 0
                : ServingProbe.FEWEST_PASSES * (1.0 + load.batchSequences()) / batches.sequences();
        return noiseBatches(trial) + 2.0 / 3 * (windows + served);
    }

    /** Seconds that it takes besides. */
    double otherSeconds() {
        return trainer.metering().inference().seconds()
                + (trainer.models().kept() == null ? 0 : spending.writingSeconds());
    }

    /** Of a trial that took its last step. */
    TrainedTrial completed(TrainingStep training, Track track) throws IOException {
        ValidationWindows windows = new ValidationWindows(
                trainer.corpus(),
                track.trial.spec().task(),
                track.trial.shape().context(),
                track.trial.recipe().validationTokens());
        trainer.models().keep(track.trial, training.state(track.history, track.resumes));
        Meter meter =
                Meter.start(trainer.environment().device(), trainer.metering().rates());
        meter.trained();
        Double noiseScale;
        Evaluation validation;
        try {
            noiseScale = noiseScale(training, track);
            validation = Evaluation.of(
                    training.model(),
                    track.trial.shape().outputs(),
                    windows,
                    microBatch.evaluated(),
                    () -> lives(track, "in the evaluation"));
        } finally {
            track.stop(meter, spending);
        }
        track.peakBytes = training.peakBytes();
        double seconds = track.seconds();
        track.inference = serve(track, training.model(), windows);
        return result(
                track,
                seconds,
                Double.isFinite(validation.loss())
                        ? new Outcome.Completed(validation, noiseScale)
                        : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step"));
    }

    /**
     * In tokens, at the final weights, from the batches that would come next; null where so few are worth it that they
     * do not tell the gradient from its noise.
     */
    private Double noiseScale(TrainingStep training, Track track) {
        int steps = track.trial.recipe().steps();
        int count = noiseBatches(track.trial);
        if (count == 0) {
            return null;
        }
        for (int i = steps; i < steps + count; i++) {
            batches.sum(training, i);
            lives(track, "in the evaluation");
        }
        Double scale = training.noiseScale();
        return scale == null ? null : (Double) (scale * batches.rows());
    }

    static int noiseBatches(Trial trial) {
        int count = Math.min(MOST_NOISE_BATCHES, trial.recipe().steps() / NOISE_SHARE);
        return count < FEWEST_NOISE_BATCHES ? 0 : count;
    }

    /** Between the parts of what follows training. */
    private void lives(Track track, String at) {
        TrialInterruptedException.check(track.trial, at);
        progress.step(0, track.history.lastLoss());
    }

    /** On validation windows, over and over. */
    private Inference serve(Track track, Model model, ValidationWindows windows) {
        InferenceLoad load = trainer.metering().inference();
        double modelBytes = (double) track.trial.totalParams() * Float.BYTES;
        try {
            return ServingProbe.measure(
                    load,
                    sequences -> new ServedWindows(model, windows, sequences, () -> lives(track, "while it served")),
                    track.trial.shape().context(),
                    modelBytes);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (DeviceFault.of(e) != DeviceFault.OUT_OF_MEMORY) {
                throw e;
            }
            track.warnings.add(
                    "serving was not measured: " + load.batchSequences() + " sequences at once ran out of memory");
            return new Inference(null, null, null, null, modelBytes);
        }
    }

    /** The row and the curve. */
    TrainedTrial result(Track track, double seconds, Outcome outcome) {
        TrialMeasures measures = new TrialMeasures(
                seconds,
                track.reading,
                track.meteredTokens,
                track.trial.shape().trainingFlopsPerToken(),
                !track.resumed,
                Ceiling.of(trainer.environment().device()),
                track.inference,
                track.peakBytes);
        RunRow row = new RunRow(
                track.trial,
                trainer.corpus(),
                trainer.environment(),
                track.startedAt,
                measures,
                track.history.trainLoss(track.trial),
                track.trial.recipe().batchGrowth() == null
                        ? track.trial.recipe().steps()
                        : track.history.steps(),
                (double) track.sharedTokens,
                track.resumes,
                microBatch.sequences());
        List<String> warnings = new ArrayList<>(track.warnings);
        warnings.addAll(microBatch.warnings());
        return new TrainedTrial(row.with(outcome), track.history.curve(track.trial), track.reading, warnings);
    }
}
