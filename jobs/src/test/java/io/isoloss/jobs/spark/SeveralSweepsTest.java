package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps that share the slots of one Spark application. */
class SeveralSweepsTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    @TempDir
    private Path folder;

    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private SweepJob.Part part(String name, int priority, int trials, Integer concurrency) {
        Supervision supervision = new Supervision(5, 60, 3, priority, concurrency, Caps.NONE, null);
        SweepJob job = Jobs.of(Jobs.store(folder.resolve(name)), supervision);
        // Worth a task each.
        List<Trial> sweep = IntStream.range(0, trials)
                .mapToObj(i -> Trials.of(CORPUS, 32, 150 - i, 0.01))
                .toList();
        return new SweepJob.Part(job, sweep, new SweepWatcher() {
            @Override
            public void trained(long tokens, double flops) {}

            @Override
            public void ended(TrialEnd end) {
                assertThat(end.completed()).as(end.failure()).isTrue();
                order.add(name);
            }
        });
    }

    @Test
    void whoseTurnItIsIsSaidByPriority() {
        SweepJob.run(
                "local[1]", List.of(part("low", -1, 4, null), part("high", 5, 4, null), part("middle", 0, 2, null)));
        assertThat(order)
                .containsExactly("high", "high", "high", "high", "middle", "middle", "low", "low", "low", "low");
    }

    @Test
    void equalSweepsTakeTurnsAndEachKeepsItsResults() {
        SweepJob.run("local[2]", List.of(part("one", 0, 4, null), part("other", 0, 4, null)));
        assertThat(order.subList(0, 2)).containsExactlyInAnyOrder("one", "other");
        assertThat(losses("one")).hasSize(4).isEqualTo(losses("other"));
    }

    @Test
    void concurrencyOfOneSweepLeavesSlotsToTheOther() {
        SweepJob.run("local[2]", List.of(part("narrow", 9, 3, 1), part("wide", 0, 3, null)));
        assertThat(order.subList(0, 2)).as("one beside the other").containsExactlyInAnyOrder("narrow", "wide");
        assertThat(order).hasSize(6);
    }

    private List<Double> losses(String name) {
        return new ResultStore(folder.resolve(name).toString())
                .read().runs().stream().map(Run::loss).sorted().toList();
    }
}
