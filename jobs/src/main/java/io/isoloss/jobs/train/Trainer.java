package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;

/**
 * Trains trials, each trunk on one thread; a trial alone is a trunk of one. Equal trials on equal corpora give
 * bit-identical losses, alone or as a branch, at one go or resumed.
 *
 * @param environment what the provenance of a run says of code and machine, and the device to train on
 * @param metering what to measure beside training; nothing of it changes a model
 * @param models final weights, of runs that trials begin from and of the trials themselves
 */
public record Trainer(
        Corpus corpus, Environment environment, Metering metering, Checkpoints checkpoints, FinalModels models) {

    /** Keeps what a trial left behind. */
    @FunctionalInterface
    public interface Ended {
        /** The outcome of a trial that was parked; no row of the runs table has it. */
        String PARKED = "parked";

        void accept(Trial trial, TrainedTrial result) throws IOException;

        /**
         * The allowance has no room for the trial's next step, or for its evaluation. What was trained of it is in a
         * checkpoint, from which it goes on to the same bits.
         *
         * @param used by the whole call so far: the same for all trials that it parks
         */
        default void parked(Trial trial, Usage used) throws IOException {}
    }

    /**
     * Trains and evaluates the trials of a trunk. Whatever becomes of one is in its result; only misuse, an interrupt, a bad
     * device or process and a place for results or checkpoints that fails throw.
     *
     * @param ended receives each trial as it ends, shortest first
     * @return what it took
     * @throws TrialInterruptedException if this thread was interrupted
     * @throws BadDeviceException if it is the GPU that failed
     * @throws BrokenProcessException if no GPU can be used any more by this process
     */
    public Usage train(Trunk trunk, Progress progress, Ended ended) throws IOException {
        return train(trunk, progress, Allowance.UNLIMITED, ended);
    }

    /**
     * As {@link #train(Trunk, Progress, Ended)}, within an allowance: a step or an evaluation that would not fit, as far as
     * can be foreseen, is not begun, and the trials that have not ended are parked. Nothing is known of a first step but its
     * FLOPs, so that an allowance shorter than that may be passed by it.
     */
    public Usage train(Trunk trunk, Progress progress, Allowance allowance, Ended ended) throws IOException {
        if (allowance.isLimited() && checkpoints.files() == null) {
            throw new IllegalArgumentException(
                    "Cannot hold an allowance without a place for checkpoints: " + allowance);
        }
        Spending spending = new Spending(allowance, System::nanoTime);
        new TrunkTraining(this, trunk, progress, spending).train(ended);
        return spending.usage();
    }
}
