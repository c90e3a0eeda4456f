package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;

/** Trains on the corpus of a job, which every machine reads for itself. */
record ModelTrainer(SweepJob job) implements TrunkTrainer {

    @Override
    public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
        long start = System.nanoTime();
        Corpus corpus = Corpora.of(job.source(), attempt.trunk().longest());
        Environment environment = Environment.here(job.codeVersion(), attempt.gpus());
        Checkpoints kept = new Checkpoints(attempt.checkpoints(), job.keeping().checkpointSeconds());
        return new Trainer(corpus, environment, job.metering(), kept, job.models())
                .train(attempt.trunk(), progress, attempt.allowance().less((System.nanoTime() - start) / 1e9), ended);
    }
}
