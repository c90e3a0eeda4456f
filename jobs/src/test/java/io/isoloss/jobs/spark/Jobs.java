package io.isoloss.jobs.spark;

import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import java.util.List;

/** Sweeps of tests: on the corpus of {@link Trials}, unmetered, with a checkpoint a minute. */
final class Jobs {
    private Jobs() {}

    /** A store in a folder, ready to be written. */
    static ResultStore store(Path folder) {
        ResultStore store = new ResultStore(folder.toString());
        store.prepare();
        return store;
    }

    static SweepJob of(ResultStore store) {
        return of(store, Supervision.DEFAULT);
    }

    static SweepJob of(ResultStore store, Supervision supervision) {
        return of(store, supervision, 60);
    }

    static SweepJob of(ResultStore store, Supervision supervision, double checkpointSeconds) {
        return new SweepJob(
                Trials.SOURCE,
                store,
                "test",
                Metering.NONE,
                new Keeping(checkpointSeconds, false, null),
                supervision,
                false);
    }

    /** Runs a sweep with a trainer of its own; gives what ended. */
    static List<TrialEnd> run(String master, SweepJob job, List<Trial> trials, TrunkTrainer trainer) {
        Ends ends = new Ends();
        SweepJob.run(master, List.of(new SweepJob.Part(job, trials, trainer, ends)));
        return ends.all();
    }
}
