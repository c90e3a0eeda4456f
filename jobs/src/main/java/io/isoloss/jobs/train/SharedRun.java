package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Training;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.MeterReading;
import java.time.Instant;

/**
 * How a trial on several devices went. What its devices took in energy and memory is not measured.
 *
 * @param validation null if it diverged before
 * @param averagingFrequency steps between two averages
 * @param departure validation loss less that of one device, nats a token; null if not measured
 * @param epsilon of differential privacy; null for none
 * @param evaluationSeconds that its evaluation took
 */
public record SharedRun(
        Instant startedAt,
        RoundTraining.End rounds,
        Evaluation validation,
        int averagingFrequency,
        Double departure,
        Double epsilon,
        double evaluationSeconds) {

    /** The row of the runs table, and the curve. */
    public TrainedTrial row(Trial trial, Corpus corpus, Environment environment) {
        RoundLog log = rounds.log();
        TrialMeasures measures = new TrialMeasures(
                log.seconds() + evaluationSeconds,
                MeterReading.NOTHING,
                0,
                trial.shape().trainingFlopsPerToken(),
                false,
                Ceiling.of(environment.device()),
                Inference.NONE,
                null);
        RunRow row = new RunRow(
                trial,
                corpus,
                environment,
                startedAt,
                measures,
                Double.isFinite(log.lastLoss()) ? (Double) log.lastLoss() : null,
                log.steps(),
                0.0,
                log.resumes(),
                null);
        return new TrainedTrial(inMode(row.with(outcome()), trial), log.curve(trial), log.reading(), log.warnings());
    }

    private Outcome outcome() {
        if (rounds.cause() != null) {
            return new Outcome.Diverged(rounds.cause());
        }
        return Double.isFinite(validation.loss())
                ? new Outcome.Completed(validation, null)
                : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step");
    }

    private Run inMode(Run run, Trial trial) {
        TrainingMode mode = trial.spec().mode();
        Training training = run.training();
        return new Run(
                run.identity(),
                run.size(),
                run.compute(),
                run.quality(),
                new Cost(
                        run.cost().wallSeconds(),
                        null,
                        run.completed() ? rounds.log().tokensPerSecond(trial) : null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                run.inference(),
                run.compression(),
                new Training(
                        training.task(),
                        training.schedule(),
                        training.learningRateRule(),
                        training.batchRule(),
                        training.sharedTokens(),
                        training.initRunId(),
                        mode.name(),
                        averagingFrequency,
                        departure,
                        epsilon,
                        training.gradientNoiseScale(),
                        training.resumes(),
                        training.attempts(),
                        training.classScores()),
                run.outcome(),
                run.failure(),
                run.provenance());
    }
}
