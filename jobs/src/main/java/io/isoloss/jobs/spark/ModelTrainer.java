package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.util.List;

/** Trains on the corpus of a job, which every machine reads for itself. */
record ModelTrainer(SweepJob job) implements TrunkTrainer {

    @Override
    public Usage train(
            Trunk trunk,
            CheckpointFiles checkpoints,
            List<String> gpus,
            Allowance allowance,
            Progress progress,
            Trainer.Ended ended)
            throws IOException {
        long start = System.nanoTime();
        Corpus corpus = Corpora.of(job.source(), trunk.longest());
        Environment environment = Environment.here(job.codeVersion(), gpus);
        Checkpoints kept = new Checkpoints(checkpoints, job.keeping().checkpointSeconds());
        return new Trainer(corpus, environment, job.metering(), kept, job.models())
                .train(trunk, progress, allowance.less((System.nanoTime() - start) / 1e9), ended);
    }
}
