package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many trials that cost nothing: what the dispatcher, the claims and the store take. */
class ScaleTest {
    private static final int TRIALS = Integer.getInteger("isoloss.trials", 200);

    @TempDir
    private Path folder;

    @Test
    void everyTrialOfALargeSweepEndsOnceOnTwoWorkers() {
        List<Trial> trials = SurfaceTrainer.trials(TRIALS);
        ResultStore store = new ResultStore(folder.resolve("out").toString());
        store.prepare();
        AtomicInteger ended = new AtomicInteger();
        SweepWatcher watcher = new SweepWatcher() {
            @Override
            public void trained(long tokens, double flops) {}

            @Override
            public void ended(TrialEnd end) {
                assertThat(end.completed()).as(end.failure()).isTrue();
                ended.incrementAndGet();
            }
        };
        try (TestCluster cluster = TestCluster.start(folder, TestCluster.Plan.of(2, 4))) {
            Occupancy occupancy = cluster.drive(
                    Map.of("spark.executor.memory", "512m"),
                    () -> new SweepJob(
                                    Trials.SOURCE,
                                    store,
                                    "test",
                                    Metering.NONE,
                                    new Keeping(60, false, null),
                                    Supervision.DEFAULT,
                                    false)
                            .run(cluster.url(), trials, new SurfaceTrainer(), watcher));
            System.out.printf(
                    "%d trials in %.1f s: %.0f trials/s%n", TRIALS, occupancy.seconds(), TRIALS / occupancy.seconds());
        }
        assertThat(ended).hasValue(TRIALS);
        assertThat(store.read().problems()).isEmpty();
        assertThat(store.read().runs())
                .extracting(Run::id)
                .containsExactlyInAnyOrderElementsOf(
                        trials.stream().map(Trial::runId).toList());
    }
}
