package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.meter.Ceiling;
import java.io.IOException;

/** Trains next to nothing, so that what a process does once is done: classes, native libraries, the measured ceiling. */
public final class WarmUp {
    private WarmUp() {}

    /**
     * Takes about a second the first time.
     *
     * @param ended receives the trial, of no use but to keep it once
     */
    public static void run(Trainer.Ended ended) throws IOException {
        Environment environment = Environment.here("warm-up");
        Ceiling.of(environment.device());
        Corpus corpus = new SyntheticSource(8, 4000, 0.3, 1, 0.5).load();
        Recipe recipe = new Recipe(3, 4, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, 1, 1, 64);
        TransformerShape shape = new TransformerShape(8, 1, 1, 16, corpus.vocabulary());
        TrialSpec spec = new TrialSpec(corpus.identity(), Task.NEXT_TOKEN, shape, recipe);
        new Trainer(corpus, environment, Metering.NONE, Checkpoints.NONE, FinalModels.NONE)
                .train(Trunk.of(new Trial("warm-up", "warm-up", spec, null)), Progress.NONE, ended);
    }
}
