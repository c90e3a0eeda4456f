package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        ResultStore store = Jobs.store(folder.resolve("out"));
        Ends ends = new Ends();
        try (TestCluster cluster = TestCluster.start(folder, TestCluster.Plan.of(2, 4))) {
            Occupancy occupancy = cluster.drive(
                    Map.of("spark.executor.memory", "512m"),
                    () -> SweepJob.run(
                            cluster.url(),
                            List.of(new SweepJob.Part(Jobs.of(store), trials, new SurfaceTrainer(), ends))));
            System.out.printf(
                    "%d trials in %.1f s: %.0f trials/s%n", TRIALS, occupancy.seconds(), TRIALS / occupancy.seconds());
        }
        assertThat(ends.all()).hasSize(TRIALS).allMatch(TrialEnd::completed);
        assertThat(store.read().problems()).isEmpty();
        assertThat(store.read().runs())
                .extracting(Run::id)
                .containsExactlyInAnyOrderElementsOf(
                        trials.stream().map(Trial::runId).toList());
    }
}
