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
 * How a trial on several devices went. What its devices took in memory, and their ceilings, are not measured.
 *
 * @param validation null if it diverged before
 * @param averagingFrequency steps between two averages
 * @param departure validation loss less that of one device, nats a token; null if not measured
 * @param epsilon of differential privacy; null for none
 * @param training of all its devices together, since the last checkpoint that it went on from
 * @param evaluating on the driver
 */
public record SharedRun(
        Instant startedAt,
        RoundTraining.End rounds,
        Evaluation validation,
        int averagingFrequency,
        Double departure,
        Double epsilon,
        MeterReading training,
        MeterReading evaluating) {

    /** The row of the runs table, and the curve. */
    public TrainedTrial row(Trial trial, Corpus corpus, Environment environment) {
        RoundLog log = rounds.log();
        MeterReading reading = training.plus(evaluating);
        TrialMeasures measures = new TrialMeasures(
                log.seconds() + evaluating.wallSeconds(),
                reading,
                log.tokensHere(trial),
                trial.shape().trainingFlopsPerToken(),
                log.resumes() == 0,
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
        return new TrainedTrial(inMode(row.with(outcome()), trial), log.curve(trial), reading, log.warnings());
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
        Cost cost = run.cost();
        Training how = run.training();
        return new Run(
                run.identity(),
                run.size(),
                run.compute(),
                run.quality(),
                new Cost(
                        cost.wallSeconds(),
                        cost.deviceSeconds(),
                        run.completed() ? rounds.log().tokensPerSecond(trial) : null, // of all devices
                        null, // the ceiling is that of the driver's device
                        cost.energyJoules(),
                        cost.energySource(),
                        cost.co2Grams(),
                        cost.co2Source(),
                        cost.usd(),
                        null),
                run.inference(),
                run.compression(),
                new Training(
                        how.task(),
                        how.schedule(),
                        how.learningRateRule(),
                        how.batchRule(),
                        how.sharedTokens(),
                        how.initRunId(),
                        mode.name(),
                        averagingFrequency,
                        departure,
                        epsilon,
                        how.gradientNoiseScale(),
                        how.resumes(),
                        how.attempts(),
                        how.classScores()),
                run.outcome(),
                run.failure(),
                run.provenance());
    }
}
