package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Task;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;

/** Small trials on a source whose entropy is known. */
public final class Trials {
    public static final SyntheticSource SOURCE = new SyntheticSource(8, 400_000, 0.3, 1, 0.1);

    private Trials() {}

    public static Trial of(Corpus corpus, int width, int steps, double learningRate) {
        return of(corpus, width, steps, learningRate, 0.1);
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
