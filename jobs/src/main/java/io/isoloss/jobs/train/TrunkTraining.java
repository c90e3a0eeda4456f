package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.ServingProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training of the trials of one trunk: the stable part of the longest, and from it the decay of each. Out of memory, it
 * goes on from the newest checkpoint with micro-batches of half the sequences.
 */
final class TrunkTraining {
    /** The noise scale is measured with at most one gradient for so many steps, which keeps it below 1 % of the training. */
    private static final int NOISE_SHARE = 100;

    /** Eight gradients make 28 pairs, each an estimate of the squared gradient; fewer tell too little. */
    private static final int FEWEST_NOISE_BATCHES = 8;

    private static final int MOST_NOISE_BATCHES = 64;

    private final Trunk trunk;
    private final Trainer trainer;
    private final Progress progress;
    private final WindowSampler sampler;
    private final int batch;
    private final int rows;
    private final int[] inputs;
    private final int[] targets;
    private final double[] positionLosses;
    private final List<Trial> left; // not ended
    private final IdentityHashMap<Trial, Long> told = new IdentityHashMap<>(); // tokens of each trial that progress was told of
    private final List<String> tight =
            new ArrayList<>(); // what is to be said of too little memory; empty while it does
    private int microBatch; // sequences computed at once
    private Reached reached; // null but after an evaluation that did not fit

    /** A trained model whose evaluation did not fit. */
    private record Reached(Trial trial, TrainingState state) {}

    TrunkTraining(Trainer trainer, Trunk trunk, Progress progress) {
        Trial any = trunk.longest();
        this.trunk = trunk;
        this.trainer = trainer;
        this.progress = progress;
        this.sampler = new WindowSampler(
                trainer.corpus(),
                any.spec().task(),
                any.shape().context(),
                any.recipe().dataSeed());
        this.batch = any.recipe().batchSequences();
        this.rows = batch * any.shape().context();
        this.inputs = new int[rows];
        this.targets = new int[rows];
        this.positionLosses = new double[rows];
        this.left = new ArrayList<>(trunk.branches());
        this.microBatch = batch;
    }

    void train(Trainer.Ended ended) throws IOException {
        while (!left.isEmpty()) {
            try {
                trainLeft(ended);
            } catch (RuntimeException | OutOfMemoryError e) {
                if (DeviceFault.of(e) != DeviceFault.OUT_OF_MEMORY) {
                    throw e;
                }
                String cause = DeviceFault.OUT_OF_MEMORY.words(e);
                if (!makeRoom(cause)) {
                    giveUp(cause, ended);
                }
            }
        }
    }

    /**
     * Takes less at once from now on: the largest part of the batch that is at most half of the present one. A batch that
     * can't be parted gets one more try, with an evaluation of one sequence at a time, if it may have been that.
     *
     * @return false if there is nothing left to try
     */
    private boolean makeRoom(String cause) {
        boolean mixes = trunk.longest().shape().mixesSequences();
        boolean parted = batch > 1 && !mixes;
        if (parted ? microBatch == 1 : !tight.isEmpty() || (mixes && reached == null)) {
            return false;
        }
        String before = "it ran out of memory with " + microBatch + " sequences at once (" + cause + "); ";
        if (parted) {
            microBatch = IntStream.iterate(microBatch / 2, part -> part - 1)
                    .filter(part -> batch % part == 0)
                    .findFirst()
                    .orElseThrow();
        }
        tight.clear();
        tight.add(before
                + (parted
                        ? "trained with micro-batches of " + microBatch + ", to the same result but for rounding"
                        : "evaluated one sequence at a time"));
        System.gc(); // what a constructor that failed left behind is released by the collector alone
        return true;
    }

    private void giveUp(String cause, Trainer.Ended ended) throws IOException {
        String why = trunk.longest().shape().mixesSequences()
                ? "; not tried in smaller parts: batch normalisation takes its statistics over the sequences that are computed"
                        + " at once, so that the result would be another"
                : "; one sequence at a time did not fit either";
        while (!left.isEmpty()) {
            ended.accept(left.get(0), result(new Track(left.get(0)), 0, new Outcome.OutOfMemory(cause + why)));
            left.remove(0);
        }
    }

    private void trainLeft(Trainer.Ended ended) throws IOException {
        Track stem = new Track(trunk.longest());
        try (TrainingStep training = new TrainingStep(stem.trial.shape(), stem.trial.recipe(), microBatch)) {
            begin(training, stem.trial);
            resume(training, stem, newest(stem));
            while (!left.isEmpty()) {
                Trial trial = left.get(0);
                if (left.size() == 1) {
                    advance(training, stem, trial.recipe().steps());
                    ended.accept(trial, evaluated(training, stem));
                } else {
                    ended.accept(trial, branch(training, stem, trial));
                }
                trainer.checkpoints().clear(trial);
                left.remove(0);
            }
        }
    }

    private TrainingState newest(Track track) {
        return reached != null && reached.trial.equals(track.trial)
                ? reached.state
                : trainer.checkpoints().newest(track.trial, track.warnings);
    }

    /** A trial that goes on from a state, or is tried again, tells of its tokens once. */
    private void tell(Track track) {
        long tokens = (long) track.history.batches() * rows;
        long before = told.getOrDefault(track.trial, 0L);
        told.put(track.trial, Math.max(before, tokens));
        progress.step(Math.max(0, tokens - before), track.history.lastLoss());
    }

    /** A shorter trial: the trunk up to its fork, its decay, and back to the trunk. */
    private TrainedTrial branch(TrainingStep training, Track stem, Trial trial) throws IOException {
        Track track = new Track(trial);
        int fork = trunk.fork(trial);
        TrainingState own = newest(track);
        if (own == null && stem.history.steps() > fork) { // the trial had ended and is wanted again
            return alone(trial);
        }
        if (own == null) {
            advance(training, stem, fork);
        }
        TrainingState back = training.state(stem.history, stem.resumes);
        if (own != null) {
            resume(training, track, own);
        } else {
            trainer.checkpoints().save(stem.trial, back);
            track.resumes = stem.resumes;
            track.replay(back.history);
            tell(track);
        }
        track.sharedTokens = (long) fork * rows;
        advance(training, track, trial.recipe().steps());
        TrainedTrial result = evaluated(training, track);
        training.restore(back);
        stem.replay(back.history);
        return result;
    }

    private TrainedTrial alone(Trial trial) throws IOException {
        List<TrainedTrial> result = new ArrayList<>();
        trainer.train(Trunk.of(trial), progress, (same, trained) -> result.add(trained));
        return result.get(0);
    }

    private void begin(TrainingStep training, Trial trial) {
        Init init = trial.spec().init();
        if (init != null) {
            int layers = trial.shape().layers();
            long untrained = init.layers() == null ? 0 : trial.shape().paramsBelow(Math.max(0, layers - init.layers()));
            training.begin(trainer.models().weights(trial), untrained);
        }
    }

    private void resume(TrainingStep training, Track track, TrainingState state) {
        if (state != null) {
            training.restore(state);
            track.resumes = state.resumes + 1;
            track.resumed = true;
            track.replay(state.history);
            tell(track);
        }
    }

    /** Trains up to so many batches of the recipe, unless the run diverges before. */
    private void advance(TrainingStep training, Track track, int until) {
        Meter meter =
                Meter.start(trainer.environment().device(), trainer.metering().rates());
        while (track.history.batches() < until && track.cause == null) {
            int first = track.history.batches();
            int count = Math.min(track.batchSize.batches(), until - first);
            step(training, track, first, count);
            tell(track);
            meter.step();
            track.meteredTokens += (long) rows * count;
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted at step " + first + " of trial " + track.trial.name());
            }
            if (track.history.seconds() - track.savedAt >= trainer.checkpoints().everySeconds()
                    && track.history.batches() < until) {
                trainer.checkpoints().save(track.trial, training.state(track.history, track.resumes));
                track.savedAt = track.history.seconds();
            }
        }
        track.reading = track.reading.plus(meter.stop());
        track.peakBytes = training.peakBytes();
    }

    private void step(TrainingStep training, Track track, int first, int count) {
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
            sampler.fill((long) first * batch, batch, inputs, targets);
            double norm = training.take(inputs, targets, positionLosses, rate);
            track.add(meanLoss(), norm, 1, null);
        }
    }

    /** Adds the gradient of a batch of the recipe to the sum, and gives its mean loss. */
    private double sum(TrainingStep training, int number) {
        sampler.fill((long) number * batch, batch, inputs, targets);
        training.sum(inputs, targets, positionLosses);
        return meanLoss();
    }

    private double meanLoss() {
        return Arrays.stream(positionLosses).sum() / rows;
    }

    /**
     * In tokens, at the final weights, from the batches that would come next; null where so few are worth it that they
     * do not tell the gradient from its noise.
     */
    private Double noiseScale(TrainingStep training, Track track) {
        int steps = track.trial.recipe().steps();
        int count = Math.min(MOST_NOISE_BATCHES, steps / NOISE_SHARE);
        if (count < FEWEST_NOISE_BATCHES) {
            return null;
        }
        for (int i = steps; i < steps + count; i++) {
            sum(training, i);
        }
        Double scale = training.noiseScale();
        return scale == null ? null : (Double) (scale * rows);
    }

    private TrainedTrial evaluated(TrainingStep training, Track track) throws IOException {
        if (track.cause != null) {
            return result(track, track.seconds(), new Outcome.Diverged(track.cause));
        }
        try {
            return completed(training, track);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (DeviceFault.of(e) == DeviceFault.OUT_OF_MEMORY) {
                reached = new Reached(track.trial, training.state(track.history, track.resumes));
            }
            throw e;
        }
    }

    private TrainedTrial completed(TrainingStep training, Track track) throws IOException {
        ValidationWindows windows = new ValidationWindows(
                trainer.corpus(),
                track.trial.spec().task(),
                track.trial.shape().context(),
                track.trial.recipe().validationTokens());
        trainer.models().keep(track.trial, training.state(track.history, track.resumes));
        Meter meter =
                Meter.start(trainer.environment().device(), trainer.metering().rates());
        meter.trained();
        Double noiseScale = noiseScale(training, track);
        Evaluation validation =
                Evaluation.of(training.model(), track.trial.shape().outputs(), windows, atOnce(), () -> {});
        track.reading = track.reading.plus(meter.stop());
        track.peakBytes = training.peakBytes();
        double seconds = track.seconds();
        track.inference = serve(track.trial, training.model(), windows);
        return result(
                track,
                seconds,
                Double.isFinite(validation.loss())
                        ? new Outcome.Completed(validation, noiseScale)
                        : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step"));
    }

    /** Sequences that an evaluation takes at once. */
    private int atOnce() {
        if (tight.isEmpty()) {
            return Evaluation.BATCH;
        }
        return trunk.longest().shape().mixesSequences() ? 1 : Math.min(Evaluation.BATCH, microBatch);
    }

    /** On validation windows, over and over. */
    private Inference serve(Trial trial, Model model, ValidationWindows windows) {
        int context = trial.shape().context();
        return ServingProbe.measure(
                trainer.metering().inference(),
                sequences -> {
                    int[] windowInputs = new int[sequences * context];
                    int[] windowTargets = new int[sequences * context];
                    windows.fill(0, Math.min(sequences, windows.count()), windowInputs, windowTargets);
                    double[] windowLosses = new double[sequences * context];
                    Model scorer = model.scorer(sequences);
                    return new ServingProbe.Served() {
                        @Override
                        public void forward() {
                            scorer.forward(windowInputs, windowTargets, windowLosses);
                        }

                        @Override
                        public void close() {
                            scorer.close();
                        }
                    };
                },
                context,
                (double) trial.totalParams() * Float.BYTES);
    }

    private TrainedTrial result(Track track, double seconds, Outcome outcome) {
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
                microBatch);
        List<String> warnings = new ArrayList<>(track.warnings);
        warnings.addAll(tight);
        return new TrainedTrial(row.with(outcome), track.history.curve(track.trial), track.reading, warnings);
    }
}
