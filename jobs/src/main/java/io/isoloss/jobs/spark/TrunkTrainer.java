package io.isoloss.jobs.spark;

import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** Trains the trials of a trunk on the executor that it is called on. */
@FunctionalInterface
public interface TrunkTrainer extends Serializable {

    /**
     * Trains and evaluates each.
     *
     * @param checkpoints where it leaves its own, and finds them
     * @param gpus addresses that Spark assigned; empty for a core
     * @param ended receives each trial as it ends
     */
    void train(Trunk trunk, CheckpointFiles checkpoints, List<String> gpus, Progress progress, Trainer.Ended ended)
            throws IOException;
}
