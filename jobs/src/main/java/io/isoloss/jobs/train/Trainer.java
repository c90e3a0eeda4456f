package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
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
        void accept(Trial trial, TrainedTrial result) throws IOException;
    }

    /**
     * Trains and evaluates the trials of a trunk. Whatever becomes of one is in its result; only misuse, an interrupt and
     * a place for results or checkpoints that fails throw.
     *
     * @param ended receives each trial as it ends, shortest first
     */
    public void train(Trunk trunk, Progress progress, Ended ended) throws IOException {
        new TrunkTraining(this, trunk, progress).train(ended);
    }
}
