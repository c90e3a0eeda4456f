package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.BatchGrowth;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.sweep.WarmupStableDecay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small trials on a source whose entropy is known. */
public final class Trials {
    public static final SyntheticSource SOURCE = new SyntheticSource(8, 400_000, 0.3, 1, 0.1);

    private Trials() {}

    public static Trial of(Corpus corpus, int width, int steps, double learningRate) {
        return of(corpus, width, steps, learningRate, 0.1);
    }

    /** The same in another mode of training. */
    public static Trial in(Trial trial, TrainingMode mode) {
        return new Trial(
                trial.sweep(), trial.name() + "-" + mode.name(), trial.spec().in(mode), null);
    }

    /** Trains a trial by itself, without checkpoints. */
    public static TrainedTrial train(Trial trial, Corpus corpus) {
        return train(Trunk.of(trial), corpus, Checkpoints.NONE, Progress.NONE).get(trial);
    }

    /** Trains a trial by itself, without checkpoints, and measures more than its training. */
    static TrainedTrial train(Trial trial, Corpus corpus, Metering metering) {
        List<TrainedTrial> results = new ArrayList<>();
        try {
            new Trainer(corpus, Environment.here("test"), metering, Checkpoints.NONE, FinalModels.NONE)
                    .train(Trunk.of(trial), Progress.NONE, (same, trained) -> results.add(trained));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return results.get(0);
    }

    /** Trains a trunk. */
    static Map<Trial, TrainedTrial> train(Trunk trunk, Corpus corpus, Checkpoints checkpoints, Progress progress) {
        return train(trunk, corpus, checkpoints, FinalModels.NONE, progress);
    }

    static Map<Trial, TrainedTrial> train(
            Trunk trunk, Corpus corpus, Checkpoints checkpoints, FinalModels models, Progress progress) {
        Map<Trial, TrainedTrial> results = new LinkedHashMap<>();
        try {
            new Trainer(corpus, Environment.here("test"), Metering.NONE, checkpoints, models)
                    .train(trunk, progress, results::put);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return results;
    }

    /** Trials of one model under warm-up, stable, decay, with these steps. */
    static List<Trial> branches(Corpus corpus, int... steps) {
        return branches(corpus, 0.01, 0.1, steps);
    }

    static List<Trial> branches(Corpus corpus, double learningRate, double weightDecay, int... steps) {
        List<Trial> trials = new ArrayList<>();
        for (int count : steps) {
            Recipe recipe = new Recipe(
                    count,
                    8,
                    learningRate,
                    new WarmupStableDecay(10, 0.25, 0),
                    0.9,
                    0.98,
                    1e-8,
                    weightDecay,
                    1,
                    1,
                    1,
                    16_384);
            TransformerShape shape = new TransformerShape(16, 1, 1, 16, corpus.vocabulary());
            TrialSpec spec = new TrialSpec(corpus.identity(), Task.NEXT_TOKEN, shape, recipe);
            trials.add(new Trial("test", "s" + count, spec, null));
        }
        return trials;
    }

    /** A trial of one sequence a batch that grows to 64. */
    static Trial growing(Corpus corpus, int steps) {
        Recipe recipe = new Recipe(
                steps, 1, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, 1, 1, 16_384, new BatchGrowth(64, 0.5));
        TransformerShape shape = new TransformerShape(8, 1, 1, 16, corpus.vocabulary());
        return new Trial(
                "test",
                "growing",
                new TrialSpec(corpus.identity(), Task.NEXT_TOKEN, shape, recipe),
                null,
                "rate",
                "batch");
    }

    static Trial of(Corpus corpus, int width, int steps, double learningRate, double weightDecay) {
        Recipe recipe =
                new Recipe(steps, 8, learningRate, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, weightDecay, 1, 1, 1, 16_384);
        TransformerShape shape = new TransformerShape(width, 1, 1, 16, corpus.vocabulary());
        return new Trial(
                "test",
                "w" + width + "-s" + steps,
                new TrialSpec(corpus.identity(), Task.NEXT_TOKEN, shape, recipe),
                null);
    }
}
