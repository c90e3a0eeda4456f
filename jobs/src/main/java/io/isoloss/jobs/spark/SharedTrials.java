package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.Evaluation;
import io.isoloss.jobs.train.FederatedClient;
import io.isoloss.jobs.train.GraphTraining;
import io.isoloss.jobs.train.ModelState;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.SharedRun;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.MeterReading;
import java.time.Instant;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains the trials that take several executors, from the driver. */
record SharedTrials(CorpusSource source, String codeVersion, CostRates rates) {

    TrainedTrial train(JavaSparkContext spark, RoundTraining training) {
        Trial trial = training.trial();
        Corpus corpus = Corpora.of(source, trial);
        Environment environment = Environment.here(codeVersion);
        return run(spark, training, corpus, environment.device()).row(trial, corpus, environment);
    }

    private SharedRun run(JavaSparkContext spark, RoundTraining training, Corpus corpus, Device device) {
        Instant startedAt = Instant.now();
        TaskMeter meter = TaskMeter.of(spark, rates);
        Trial trial = training.trial();
        if (trial.spec().mode() instanceof TrainingMode.DataParallel mode) {
            RoundTraining.End end = new DataParallelTraining(source, mode, meter).train(spark, training);
            Evaluated evaluated = evaluate(end, device, state -> GraphTraining.evaluate(trial, corpus, state));
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
                    meter.sum(),
                    evaluated.reading);
        }
        if (trial.spec().mode() instanceof TrainingMode.Federated mode) {
            FederatedTraining.Result result = new FederatedTraining(source, mode, meter).train(spark, training);
            Evaluated evaluated =
                    evaluate(result.rounds(), device, state -> FederatedClient.evaluate(trial, corpus, state));
            return new SharedRun(
                    startedAt,
                    result.rounds(),
                    evaluated.validation,
                    mode.localSteps(),
                    null,
                    result.epsilon(),
                    meter.sum(),
                    evaluated.reading);
        }
        throw new IllegalArgumentException(
                "Not a mode of several devices: " + trial.spec().mode());
    }

    /**
     * An evaluation on the driver.
     *
     * @param validation null of what diverged
     */
    private record Evaluated(Evaluation validation, MeterReading reading) {}

    private Evaluated evaluate(RoundTraining.End end, Device device, Function<ModelState, Evaluation> evaluate) {
        Meter meter = Meter.start(device, rates);
        meter.trained();
        Evaluation validation = end.cause() == null ? evaluate.apply(end.state()) : null;
        return new Evaluated(validation, meter.stop());
    }

    /** One client that holds all the data takes the very steps of one device. */
    private double onOneDevice(JavaSparkContext spark, Trial trial, Corpus corpus) {
        var alone = new TrainingMode.Federated(1, 1, trial.recipe().steps(), null, null);
        RoundTraining training = new RoundTraining(trial, Checkpoints.NONE, Progress.NONE);
        var end = new FederatedTraining(source, alone, TaskMeter.of(spark, CostRates.NONE))
                .train(spark, training)
                .rounds();
        return FederatedClient.evaluate(trial, corpus, end.state()).loss();
    }
}
