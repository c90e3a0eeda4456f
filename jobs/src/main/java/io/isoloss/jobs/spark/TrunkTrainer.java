package io.isoloss.jobs.spark;

import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Trains the trials of a trunk on the executor that it is called on. */
@FunctionalInterface
public interface TrunkTrainer extends Serializable {

    /**
     * What is to be trained, and with what.
     *
     * @param checkpoints where the trainer leaves its own, and finds them
     * @param gpus addresses that Spark assigned; empty for a core
     * @param allowance that it must keep within
     */
    record Attempt(Trunk trunk, CheckpointFiles checkpoints, List<String> gpus, Allowance allowance) {}

    /**
     * Trains and evaluates each trial of the trunk.
     *
     * @param ended receives each as it ends
     * @return what it took
     */
    Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException;
}
