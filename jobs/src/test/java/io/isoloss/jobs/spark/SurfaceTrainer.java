package io.isoloss.jobs.spark;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Samples the loss of a known surface, 1.5 + 4 N^-.3 + 9 D^-.3 nats and 1 % of noise, instead of training. */
final class SurfaceTrainer implements TrunkTrainer {
    private static final long serialVersionUID = 1;
    private static final SyntheticSource SOURCE = new SyntheticSource(8, 400, 0.3, 1, 0.5);

    /** Trials that differ in seed, of 16 sizes. */
    static List<Trial> trials(int count) {
        var corpus = SOURCE.load().identity();
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    int width = 8 * (1 + i % 16);
                    Recipe recipe = new Recipe(10, 1, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, i, i, 16_384);
                    TransformerShape shape = new TransformerShape(width, 1, 1, 16, 8);
                    TrialSpec spec = new TrialSpec(corpus, Task.NEXT_TOKEN, shape, recipe);
                    return new Trial("surface", "w" + width + "-" + i, spec, null);
                })
                .toList();
    }

    static double loss(Trial trial) {
        double noise = 0.01 * new SplittableRandom(trial.recipe().initSeed()).nextGaussian();
        double surface = 1.5
                + 4 * Math.pow((double) trial.nonEmbeddingParams(), -0.3)
                + 9 * Math.pow((double) trial.tokens(), -0.3);
        return surface * Math.exp(noise);
    }

    @Override
    public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
        for (Trial trial : attempt.trunk().branches()) {
            double loss = loss(trial);
            progress.step(trial.tokens(), loss);
            Run run = Run.of(
                    trial.runId(),
                    (double) trial.nonEmbeddingParams(),
                    (double) trial.tokens(),
                    trial.flops6nd(),
                    loss);
            CurvePoint last = new CurvePoint(run.id(), 10L, (double) trial.tokens(), loss, null, 0.0, null, 0.0);
            ended.accept(trial, new TrainedTrial(run, List.of(last), MeterReading.NOTHING, List.of()));
        }
        return new Usage(0, null);
    }
}
