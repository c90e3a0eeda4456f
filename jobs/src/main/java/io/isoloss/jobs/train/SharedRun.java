package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Training;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.MeterReading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a trial on several devices went. What its devices took in seconds, energy and memory is not measured.
 *
 * @param averagingFrequency steps between two averages
 * @param departure validation loss less that of one device, nats a token; null if not measured
 * @param epsilon of differential privacy; null for none
 * @param losses training losses after each average, nats a token; empty where they are not known
 */
public record SharedRun(
        Instant startedAt,
        Evaluation validation,
        int averagingFrequency,
        Double departure,
        Double epsilon,
        List<Double> losses) {

    public SharedRun {
        losses = List.copyOf(losses);
    }

    /** The row of the runs table, and the curve. */
    public TrainedTrial row(Trial trial, Corpus corpus, Environment environment) {
        double seconds = (Instant.now().toEpochMilli() - startedAt.toEpochMilli()) / 1e3;
        TrialMeasures measures = new TrialMeasures(
                seconds,
                MeterReading.NOTHING,
                0,
                trial.shape().trainingFlopsPerToken(),
                false,
                Ceiling.of(environment.device()),
                Inference.NONE,
                null);
        Double trainLoss = losses.isEmpty() ? null : losses.get(losses.size() - 1);
        RunRow row = new RunRow(
                trial,
                corpus,
                environment,
                startedAt,
                measures,
                trainLoss,
                trial.recipe().steps(),
                0.0,
                0,
                null);
        Outcome outcome = Double.isFinite(validation.loss())
                ? new Outcome.Completed(validation, null)
                : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step");
        MeterReading reading = new MeterReading(seconds, 0, null, null, null, null, null, null);
        return new TrainedTrial(inMode(row.with(outcome), trial.spec().mode()), curve(trial), reading, List.of());
    }

    private Run inMode(Run run, TrainingMode mode) {
        Training training = run.training();
        return new Run(
                run.identity(),
                run.size(),
                run.compute(),
                run.quality(),
                run.cost(),
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

    private List<CurvePoint> curve(Trial trial) {
        List<CurvePoint> curve = new ArrayList<>();
        long tokensPerStep = trial.tokens() / trial.recipe().steps();
        for (int round = 0; round < losses.size(); round++) {
            long step = Math.min(trial.recipe().steps(), (round + 1L) * averagingFrequency);
            if (Double.isFinite(losses.get(round))) {
                curve.add(new CurvePoint(
                        trial.runId(), step, (double) step * tokensPerStep, losses.get(round), null, null, null, null));
            }
        }
        return curve;
    }
}
