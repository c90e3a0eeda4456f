package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.Evaluation;
import io.isoloss.jobs.train.FederatedClient;
import io.isoloss.jobs.train.GraphTraining;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.SharedRun;
import io.isoloss.jobs.train.TrainedTrial;
import java.time.Instant;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains the trials that take several executors, from the driver. */
record SharedTrials(CorpusSource source, String codeVersion) {

    TrainedTrial train(JavaSparkContext spark, RoundTraining training) {
        Trial trial = training.trial();
        Corpus corpus = Corpora.of(source, trial);
        SharedRun run = run(spark, training, corpus);
        return run.row(trial, corpus, Environment.here(codeVersion, TaskGpus.addresses()));
    }

    private SharedRun run(JavaSparkContext spark, RoundTraining training, Corpus corpus) {
        Instant startedAt = Instant.now();
        Trial trial = training.trial();
        if (trial.spec().mode() instanceof TrainingMode.DataParallel mode) {
            RoundTraining.End end = new DataParallelTraining(source, mode).train(spark, training);
            Evaluated evaluated = Evaluated.of(end, state -> GraphTraining.evaluate(trial, corpus, state.state()));
            Double departure = mode.measureDeparture() && end.cause() == null
                    ? (Double) (evaluated.validation.loss() - onOneDevice(spark, trial, corpus))
                    : null;
            return new SharedRun(
                    startedAt,
                    end,
                    evaluated.validation,
                    mode.averagingFrequency(),
                    departure,
                    null,
                    evaluated.seconds);
        }
        if (trial.spec().mode() instanceof TrainingMode.Federated mode) {
            FederatedTraining.Result result = new FederatedTraining(source, mode).train(spark, training);
            Evaluated evaluated =
                    Evaluated.of(result.rounds(), end -> FederatedClient.evaluate(trial, corpus, end.state()));
            return new SharedRun(
                    startedAt,
                    result.rounds(),
                    evaluated.validation,
                    mode.localSteps(),
                    null,
                    result.epsilon(),
                    evaluated.seconds);
        }
        throw new IllegalArgumentException(
                "Not a mode of several devices: " + trial.spec().mode());
    }

    /**
     * An evaluation on the driver.
     *
     * @param validation null of what diverged
     */
    private record Evaluated(Evaluation validation, double seconds) {
        static Evaluated of(RoundTraining.End end, Function<RoundTraining.End, Evaluation> evaluate) {
            long start = System.nanoTime();
            Evaluation validation = end.cause() == null ? evaluate.apply(end) : null;
            return new Evaluated(validation, (System.nanoTime() - start) / 1e9);
        }
    }

    /** One client that holds all the data takes the very steps of one device. */
    private double onOneDevice(JavaSparkContext spark, Trial trial, Corpus corpus) {
        var alone = new TrainingMode.Federated(1, 1, trial.recipe().steps(), null, null);
        RoundTraining training = new RoundTraining(trial, Checkpoints.NONE, Progress.NONE);
        var end = new FederatedTraining(source, alone).train(spark, training).rounds();
        return FederatedClient.evaluate(trial, corpus, end.state()).loss();
    }
}
