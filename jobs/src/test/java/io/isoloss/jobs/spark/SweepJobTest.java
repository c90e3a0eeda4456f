package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepJobTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    @TempDir
    private Path folder;

    @Test
    void oneWorkerAndTwoAgreeBitForBit() {
        List<Trial> trials = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> Trials.of(CORPUS, 8 * i, 40, 0.01))
                .toList();
        Map<String, Quality> alone = train("local[1]", trials, Trials.SOURCE, new Ends());
        Map<String, Quality> together = train("local[2]", trials, Trials.SOURCE, new Ends());
        assertThat(alone).hasSize(6);
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void watcherHearsOfEveryTokenAndEveryEnd() {
        List<Trial> trials = List.of(Trials.of(CORPUS, 8, 40, 0.01), Trials.of(CORPUS, 16, 40, 0.01));
        Ends ends = new Ends();
        train("local[2]", trials, Trials.SOURCE, ends);
        assertThat(ends.ended).hasSize(2).allMatch(TrialEnd::completed);
        assertThat(ends.tokens)
                .isEqualTo(trials.stream().mapToLong(Trial::tokens).sum());
    }

    @Test
    void machineWithAnotherCorpusLosesItsTrialsWithoutTraining() {
        SyntheticSource other = new SyntheticSource(8, 400_000, 0.3, 2, 0.1);
        Ends ends = new Ends();
        Map<String, Quality> results = train("local[1]", List.of(Trials.of(CORPUS, 8, 40, 0.01)), other, ends);
        assertThat(results).isEmpty();
        assertThat(ends.ended).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Run.LOST);
            assertThat(end.failure()).startsWith("this machine reads another corpus than the driver");
        });
    }

    private Map<String, Quality> train(String master, List<Trial> trials, SyntheticSource source, Ends ends) {
        ResultStore store = new ResultStore(folder.resolve(master).toString());
        store.prepare();
        new SweepJob(source, store, "test", Metering.NONE, new Keeping(60, false, null), false)
                .run(master, trials, ends);
        return store.read().runs().stream().collect(Collectors.toMap(Run::id, Run::quality));
    }

    /** Keeps what it hears. */
    private static final class Ends implements SweepWatcher {
        final List<TrialEnd> ended = Collections.synchronizedList(new ArrayList<>());
        volatile long tokens;

        @Override
        public void trained(long tokensSoFar, double flops) {
            tokens = tokensSoFar;
        }

        @Override
        public void ended(TrialEnd end) {
            ended.add(end);
        }
    }
}
