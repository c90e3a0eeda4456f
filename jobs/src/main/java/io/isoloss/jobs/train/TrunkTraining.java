package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.EccErrors;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The training of the trials of one trunk: the stable part of the longest, and from it the decay of each. Out of memory, it
 * goes on from the newest checkpoint with micro-batches of half the sequences; out of its allowance, it parks what is left.
 */
final class TrunkTraining {
    /** Of the ceiling, that a first step is foreseen to reach. */
    private static final double LEAST_MFU = 0.05;

    /** Weights and two moments, of a checkpoint. */
    private static final int ARRAYS = 3;

    private final Trunk trunk;
    private final Trainer trainer;
    private final Progress progress;
    private final RecipeBatches batches;
    private final List<Trial> left; // not ended
    private final IdentityHashMap<Trial, Long> told =
            new IdentityHashMap<>(); // tokens of each trial that progress was told of
    private final MicroBatch microBatch;
    private final Spending spending;
    private final TrialEnding ending;
    private final EccErrors eccErrors;
    private Reached reached; // null but after an evaluation that did not fit

    /** A trained model whose evaluation did not fit. */
    private record Reached(Trial trial, TrainingState state) {}

    /** The allowance has no room for what comes next; what there is to keep has been kept. */
    private static final class Parking extends Exception {
        private static final long serialVersionUID = 1;
    }

    TrunkTraining(Trainer trainer, Trunk trunk, Progress progress, Spending spending) {
        Trial any = trunk.longest();
        this.trunk = trunk;
        this.trainer = trainer;
        this.progress = progress;
        this.batches = new RecipeBatches(trainer.corpus(), any);
        this.left = new ArrayList<>(trunk.branches());
        this.microBatch = new MicroBatch(any.shape(), batches.sequences());
        this.spending = spending;
        this.ending = new TrialEnding(trainer, batches, microBatch, spending, progress);
        this.eccErrors = EccErrors.watch(trainer.environment().device());
    }

    void train(Trainer.Ended ended) throws IOException {
        while (!left.isEmpty()) {
            try {
                trainLeft(ended);
            } catch (Parking e) {
                park(ended);
            } catch (RuntimeException | OutOfMemoryError e) {
                if (!recovered(e, ended)) {
                    throw e;
                }
            } catch (IOException e) {
                if (TrialInterruptedException.isBehind(e)) {
                    throw new TrialInterruptedException(left.get(0), "while a file was written", e);
                }
                throw e;
            }
        }
    }

    private void park(Trainer.Ended ended) throws IOException {
        Usage used = spending.usage();
        while (!left.isEmpty()) {
            ended.parked(left.remove(0), used);
        }
    }

    /** Makes ready for another try where less memory may do, else ends the trials; false if it was not memory. */
    private boolean recovered(Throwable failure, Trainer.Ended ended) throws IOException {
        DeviceFault fault = DeviceFault.of(failure);
        if (fault == DeviceFault.OUT_OF_MEMORY) {
            String cause = fault.words(failure);
            if (microBatch.shrink(cause, reached != null)) {
                System.gc(); // what a constructor that failed left behind is released by the collector alone
            } else {
                giveUp(new Outcome.OutOfMemory(cause + "; " + microBatch.why()), ended);
            }
            return true;
        }
        requireSound(failure);
        Device device = trainer.environment().device();
        if (fault == DeviceFault.BAD_DEVICE && device instanceof Device.Gpu) {
            throw new BadDeviceException(device, fault.words(failure), failure);
        }
        if (fault == DeviceFault.BROKEN_PROCESS && device instanceof Device.Gpu) {
            throw new BrokenProcessException(device, fault.words(failure), failure);
        }
        return false;
    }

    private void giveUp(Outcome outcome, Trainer.Ended ended) throws IOException {
        while (!left.isEmpty()) {
            ended.accept(left.get(0), ending.result(new Track(left.get(0), spending.clock()), 0, outcome));
            left.remove(0);
        }
    }

    /** Nothing is kept of a trial during which the GPU's memory erred. */
    private void requireSound(Throwable failure) {
        long errors = eccErrors.risen();
        if (errors > 0 && !(failure instanceof BadDeviceException)) {
            throw new BadDeviceException(
                    trainer.environment().device(),
                    "its count of memory errors that ECC could not correct rose by " + errors + " during the trial",
                    failure);
        }
    }

    private void trainLeft(Trainer.Ended ended) throws IOException, Parking {
        Track stem = new Track(trunk.longest(), spending.clock());
        foresee(stem);
        requireRoom(null, stem, 0, 0, null);
        try (TrainingStep training =
                new TrainingStep(stem.trial.shape(), stem.trial.recipe(), microBatch.sequences())) {
            begin(training, stem.trial);
            resume(training, stem, newest(stem));
            while (!left.isEmpty()) {
                Trial trial = left.get(0);
                if (left.size() == 1) {
                    advance(training, stem, trial.recipe().steps());
                    end(trial, evaluated(training, stem), ended);
                } else {
                    end(trial, branch(training, stem, trial), ended);
                }
                trainer.checkpoints().clear(trial);
                left.remove(0);
            }
        }
    }

    private void end(Trial trial, TrainedTrial result, Trainer.Ended ended) throws IOException {
        requireSound(null);
        TrialInterruptedException.check(trial, "before the result");
        ended.accept(trial, result);
    }

    /** What a step and a checkpoint should take, from the size of the model. */
    private void foresee(Track stem) {
        if (spending.isLimited()) {
            double flops = (double) batches.rows() * stem.trial.shape().trainingFlopsPerToken();
            double ceiling = Ceiling.of(trainer.environment().device()).flopsPerSecond();
            spending.expect(flops / (LEAST_MFU * ceiling));
            spending.expectWriting((double) ARRAYS * Float.BYTES * stem.trial.totalParams());
        }
    }

    /**
     * Parks the trials unless a piece of work fits in the allowance.
     *
     * @param training of the track; null before it was made
     * @param gradients of one batch that the work comes to
     * @param otherSeconds that it takes besides
     * @param running what the meter has read since it was started; null while none runs
     */
    private void requireRoom(
            TrainingStep training, Track track, double gradients, double otherSeconds, MeterReading running)
            throws Parking {
        if (!spending.fits(gradients, otherSeconds, running)) {
            if (training != null && track.history.steps() > track.savedSteps) {
                save(training, track);
            }
            throw new Parking();
        }
    }

    private void save(TrainingStep training, Track track) {
        requireSound(null);
        TrialInterruptedException.check(track.trial, "before a checkpoint");
        double start = spending.seconds();
        trainer.checkpoints().save(track.trial, training.state(track.history, track.resumes));
        spending.wrote(spending.seconds() - start);
        track.savedAt = track.history.seconds();
        track.savedSteps = track.history.steps();
    }

    private TrainingState newest(Track track) {
        return reached != null && reached.trial.equals(track.trial)
                ? reached.state
                : trainer.checkpoints().newest(track.trial, track.warnings);
    }

    /** A trial that goes on from a state, or is tried again, tells of its tokens once. */
    private void tell(Track track, boolean goesOn) {
        long tokens = (long) track.history.batches() * batches.rows();
        long before = told.getOrDefault(track.trial, 0L);
        told.put(track.trial, Math.max(before, tokens));
        long more = Math.max(0, tokens - before);
        if (goesOn) {
            progress.goesOn(more, track.history.lastLoss());
        } else {
            progress.step(more, track.history.lastLoss());
        }
    }

    /** A shorter trial: the trunk up to its fork, its decay, and back to the trunk. */
    private TrainedTrial branch(TrainingStep training, Track stem, Trial trial) throws IOException, Parking {
        Track track = new Track(trial, spending.clock());
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
            if (stem.history.steps() > stem.savedSteps) {
                save(training, stem);
            }
            track.savedSteps = stem.savedSteps;
            track.resumes = stem.resumes;
            track.replay(back.history);
            tell(track, true);
        }
        track.sharedTokens = (long) fork * batches.rows();
        advance(training, track, trial.recipe().steps());
        TrainedTrial result = evaluated(training, track);
        training.restore(back);
        stem.replay(back.history);
        return result;
    }

    private TrainedTrial alone(Trial trial) throws IOException, Parking {
        List<TrainedTrial> result = new ArrayList<>();
        new TrunkTraining(trainer, Trunk.of(trial), progress, spending).train((same, trained) -> result.add(trained));
        if (result.isEmpty()) {
            throw new Parking();
        }
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
            if (track.history.steps() > 0) {
                spending.took(track.history.batches(), track.history.seconds());
            }
            track.savedSteps = reached != null && state.equals(reached.state) ? 0 : state.steps();
            tell(track, true);
        }
    }

    /** Trains up to so many batches of the recipe, unless the run diverges before. */
    private void advance(TrainingStep training, Track track, int until) throws Parking {
        Meter meter =
                Meter.start(trainer.environment().device(), trainer.metering().rates());
        try {
            while (track.history.batches() < until && track.cause == null) {
                int first = track.history.batches();
                int count = Math.min(track.batchSize.batches(), until - first);
                int gradients = count == 1 && track.batchSize.probes() ? 2 : count;
                requireRoom(training, track, gradients, 0, spending.limitsJoules() ? energy(meter) : null);
                double start = spending.seconds();
                batches.step(training, track, first, count);
                tell(track, false);
                spending.took(gradients, spending.seconds() - start);
                meter.step();
                track.meteredTokens += (long) batches.rows() * count;
                TrialInterruptedException.check(track.trial, "at step " + track.history.steps());
                if (track.history.seconds() - track.savedAt
                                >= trainer.checkpoints().everySeconds()
                        && track.history.batches() < until) {
                    save(training, track);
                }
            }
        } finally {
            track.stop(meter, spending);
        }
        track.peakBytes = training.peakBytes();
    }

    private MeterReading energy(Meter meter) {
        MeterReading reading = meter.stop();
        if (reading.energyJoules() == null) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot hold an allowance of joules on "
                            + trainer.environment().device().words()
                            + ": nothing measures its energy; allow seconds instead");
        }
        return reading;
    }

    private TrainedTrial evaluated(TrainingStep training, Track track) throws IOException, Parking {
        if (track.cause != null) {
            return ending.result(track, track.seconds(), new Outcome.Diverged(track.cause));
        }
        requireRoom(training, track, ending.gradients(track.trial), ending.otherSeconds(), null);
        try {
            return ending.completed(training, track);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (DeviceFault.of(e) == DeviceFault.OUT_OF_MEMORY) {
                reached = new Reached(track.trial, training.state(track.history, track.resumes));
            }
            throw e;
        }
    }
}
