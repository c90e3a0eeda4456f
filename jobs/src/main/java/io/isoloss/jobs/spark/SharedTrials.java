package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.SharedRun;
import io.isoloss.jobs.train.TrainedTrial;
import java.time.Instant;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains the trials that take several executors, from the driver. */
record SharedTrials(CorpusSource source, String codeVersion) {

    TrainedTrial train(JavaSparkContext spark, Trial trial) {
        Instant startedAt = Instant.now();
        SharedRun run = run(spark, trial, startedAt);
        return run.row(trial, Corpora.of(source, trial), Environment.here(codeVersion, TaskGpus.addresses()));
    }

    private SharedRun run(JavaSparkContext spark, Trial trial, Instant startedAt) {
        if (trial.spec().mode() instanceof TrainingMode.DataParallel mode) {
            var result = new DataParallelTraining(source, mode).train(spark, trial);
            Double departure = mode.measureDeparture() ? result.validation().loss() - onOneDevice(spark, trial) : null;
            return new SharedRun(
                    startedAt, result.validation(), mode.averagingFrequency(), departure, null, result.roundLosses());
        }
        if (trial.spec().mode() instanceof TrainingMode.Federated mode) {
            var result = new FederatedTraining(source, mode).train(spark, trial);
            return new SharedRun(startedAt, result.validation(), mode.localSteps(), null, result.epsilon(), List.of());
        }
        throw new IllegalArgumentException(
                "Not a mode of several devices: " + trial.spec().mode());
    }

    /** One client that holds all the data takes the very steps of one device. */
    private double onOneDevice(JavaSparkContext spark, Trial trial) {
        var alone = new TrainingMode.Federated(1, 1, trial.recipe().steps(), null, null);
        return new FederatedTraining(source, alone)
                .train(spark, trial)
                .validation()
                .loss();
    }
}
