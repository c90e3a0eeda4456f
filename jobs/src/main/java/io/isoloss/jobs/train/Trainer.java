package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.corpus.WindowSampler;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
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
    private final Progress progress;
    private final Recipe recipe;
    private final List<CurvePoint> curve = new ArrayList<>();
    private final double[] losses; // mean training loss of each step taken
    private int taken;

    private Trainer(Trial trial, Corpus corpus, Progress progress) {
        this.trial = trial;
        this.corpus = corpus;
        this.progress = progress;
        this.recipe = trial.recipe();
        this.losses = new double[recipe.steps()];
    }

    /**
     * Trains and evaluates a trial. Whatever becomes of it is in the result; only misuse and an interrupt throw.
     *
     * @param environment what the run's provenance says of code and machine
     */
    public static TrainedTrial train(Trial trial, Corpus corpus, Environment environment, Progress progress) {
        return new Trainer(trial, corpus, progress).train(environment);
    }

    private TrainedTrial train(Environment environment) {
        Instant startedAt = Instant.now();
        long start = System.nanoTime();
        Outcome outcome;
        try {
            outcome = optimise(start);
        } catch (OutOfMemoryError e) {
            outcome = new Outcome.OutOfMemory(String.valueOf(e.getMessage()));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        RunRow row = new RunRow(trial, corpus, environment, startedAt, seconds, trainLoss());
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
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("Interrupted at step " + step + " of trial " + trial.name());
                }
            }
            ValidationWindows windows = new ValidationWindows(corpus, context, recipe.validationTokens());
            Evaluation validation = Evaluation.of(training.model(), windows);
            return Double.isFinite(validation.loss())
                    ? new Outcome.Completed(validation)
                    : new Outcome.Diverged("validation loss is " + validation.loss() + " after the last step");
        }
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
