package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.MeterReading;
import io.isoloss.jobs.train.meter.ServingProbe;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Trains one trial on one thread. Equal trials on equal corpora give bit-identical losses. */
public final class Trainer {
    /** Points of a learning curve. */
    private static final int CURVE_POINTS = 50;

    /** The training loss that a run reports is the mean over this share of its last steps. */
    private static final int LAST_SHARE = 20;

    private final Trial trial;
    private final Corpus corpus;
    private final Environment environment;
    private final Metering metering;
    private final Progress progress;
    private final Recipe recipe;
    private final List<CurvePoint> curve = new ArrayList<>();
    private final double[] losses; // mean training loss of each step taken
    private int taken;

    private Meter meter;
    private MeterReading reading; // null until the trial has ended
    private Inference inference = Inference.NONE;
    private Long peakBytes;

    private Trainer(Trial trial, Corpus corpus, Environment environment, Metering metering, Progress progress) {
        this.trial = trial;
        this.corpus = corpus;
        this.environment = environment;
        this.metering = metering;
        this.progress = progress;
        this.recipe = trial.recipe();
        this.losses = new double[recipe.steps()];
    }

    /** Without rates and without a trial of inference. */
    public static TrainedTrial train(Trial trial, Corpus corpus, Environment environment, Progress progress) {
        return train(trial, corpus, environment, Metering.NONE, progress);
    }

    /**
     * Trains and evaluates a trial. Whatever becomes of it is in the result; only misuse and an interrupt throw.
     *
     * @param environment what the run's provenance says of code and machine, and the device to train on
     * @param metering what to measure beside training; nothing of it changes the model
     */
    public static TrainedTrial train(
            Trial trial, Corpus corpus, Environment environment, Metering metering, Progress progress) {
        return new Trainer(trial, corpus, environment, metering, progress).train();
    }

    private TrainedTrial train() {
        Ceiling ceiling = Ceiling.of(environment.device());
        Instant startedAt = Instant.now();
        long start = System.nanoTime();
        meter = Meter.start(environment.device(), metering.rates());
        Outcome outcome;
        try {
            outcome = optimise(start);
        } catch (OutOfMemoryError e) {
            outcome = new Outcome.OutOfMemory(String.valueOf(e.getMessage()));
        }
        if (reading == null) {
            reading = meter.stop();
        }
        TrialMeasures measures = new TrialMeasures(reading, ceiling, inference, peakBytes);
        RunRow row = new RunRow(trial, corpus, environment, startedAt, measures, trainLoss());
        return new TrainedTrial(row.with(outcome), curve);
    }

    private Outcome optimise(long start) {
        int batch = recipe.batchSequences();
        int context = trial.shape().context();
        int rows = batch * context;
        int[] inputs = new int[rows];
        int[] targets = new int[rows];
        double[] positionLosses = new double[rows];
        WindowSampler sampler = new WindowSampler(corpus, context, recipe.dataSeed());
        Divergence divergence = new Divergence(recipe.steps());
        try (TrainingStep training = new TrainingStep(trial.shape(), recipe)) {
            for (int step = 0; step < recipe.steps(); step++) {
                sampler.fill((long) step * batch, batch, inputs, targets);
                double rate = recipe.learningRate(step);
                double norm = training.take(inputs, targets, positionLosses, rate);
                losses[step] = Arrays.stream(positionLosses).sum() / rows;
                taken++;
                String cause = divergence.after(step, losses[step], norm);
                record(step, rate, norm, start);
                if (cause != null) {
                    return new Outcome.Diverged(cause);
                }
                progress.step(rows, losses[step]);
                meter.step();
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("Interrupted at step " + step + " of trial " + trial.name());
                }
            }
            meter.trained();
            ValidationWindows windows = new ValidationWindows(corpus, context, recipe.validationTokens());
            Evaluation validation = Evaluation.of(training.model(), windows);
            reading = meter.stop();
            peakBytes = training.peakBytes();
            inference = serve(training.model(), windows);
            return Double.isFinite(validation.loss())
                    ? new Outcome.Completed(validation)
                    : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step");
        }
    }

    /** On validation windows, over and over. */
    private Inference serve(Model model, ValidationWindows windows) {
        int context = trial.shape().context();
        return ServingProbe.measure(
                metering.inference(),
                batch -> {
                    int[] inputs = new int[batch * context];
                    int[] targets = new int[batch * context];
                    windows.fill(0, Math.min(batch, windows.count()), inputs, targets);
                    double[] positionLosses = new double[batch * context];
                    Model scorer = model.scorer(batch);
                    return new ServingProbe.Served() {
                        @Override
                        public void forward() {
                            scorer.forward(inputs, targets, positionLosses);
                        }

                        @Override
                        public void close() {
                            scorer.close();
                        }
                    };
                },
                context,
                (double) trial.totalParams() * Float.BYTES);
    }

    private void record(int step, double rate, double norm, long start) {
        int every = Math.max(1, recipe.steps() / CURVE_POINTS);
        boolean due = (step + 1) % every == 0 || step + 1 == recipe.steps();
        if (due && Double.isFinite(losses[step])) {
            double tokens =
                    (step + 1.0) * recipe.batchSequences() * trial.shape().context();
            double seconds = (System.nanoTime() - start) / 1e9;
            Double finiteNorm = Double.isFinite(norm) ? norm : null;
            curve.add(new CurvePoint(trial.runId(), step + 1L, tokens, losses[step], null, rate, finiteNorm, seconds));
        }
    }

    /** Mean over the last steps that were taken; null if none was. */
    private Double trainLoss() {
        int from = Math.max(0, taken - Math.max(1, recipe.steps() / LAST_SHARE));
        double mean = Arrays.stream(losses, from, taken).average().orElse(Double.NaN);
        return Double.isFinite(mean) ? mean : null;
    }
}
