package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.SyntheticSource;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.nio.file.Path;
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
        assertThat(ends.all()).hasSize(2).allMatch(TrialEnd::completed);
        assertThat(ends.tokens())
                .isEqualTo(trials.stream().mapToLong(Trial::tokens).sum());
    }

    @Test
    void trialsOnSeveralExecutorsAreRowsLikeOthers() {
        Trial single = Trials.of(CORPUS, 16, 40, 0.01);
        Trial averaged = Trials.in(single, new TrainingMode.DataParallel(10, 0, 2, true));
        Trial federated =
                Trials.in(single, new TrainingMode.Federated(2, 1, 10, 0.5, new TrainingMode.Privacy(1, 1, 1e-5)));
        ResultStore store = Jobs.store(folder);
        Ends ends = new Ends();
        Jobs.of(store).run("local[2]", List.of(single, averaged, federated), ends);
        assertThat(ends.all()).hasSize(3).allMatch(TrialEnd::completed);
        Map<String, Run> runs = store.read().runs().stream().collect(Collectors.toMap(Run::id, run -> run));
        assertThat(runs.get(single.runId()).training().trainingMode()).isEqualTo("single");
        Run mean = runs.get(averaged.runId());
        assertThat(mean.training().trainingMode()).isEqualTo("data_parallel");
        assertThat(mean.training().averagingFrequency()).isEqualTo(10);
        // The same trial stands beside it, trained on one device.
        assertThat(mean.training().modeDeparture())
                .isEqualTo(mean.loss() - runs.get(single.runId()).loss());
        Run apart = runs.get(federated.runId());
        assertThat(apart.training().trainingMode()).isEqualTo("federated");
        assertThat(apart.training().privacyEpsilon()).isPositive();
        assertThat(apart.training().modeDeparture()).as("not measured").isNull();
    }

    @Test
    void machineWithAnotherCorpusLosesItsTrialsWithoutTraining() {
        SyntheticSource other = new SyntheticSource(8, 400_000, 0.3, 2, 0.1);
        Ends ends = new Ends();
        Map<String, Quality> results = train("local[1]", List.of(Trials.of(CORPUS, 8, 40, 0.01)), other, ends);
        assertThat(results).isEmpty();
        assertThat(ends.all()).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Run.LOST);
            assertThat(end.failure()).startsWith("this machine reads another corpus than the driver");
        });
    }

    private Map<String, Quality> train(String master, List<Trial> trials, SyntheticSource source, Ends ends) {
        ResultStore store = Jobs.store(folder.resolve(master));
        new SweepJob(source, store, "test", Metering.NONE, new Keeping(60, false, null), Supervision.DEFAULT, false)
                .run(master, trials, ends);
        return store.read().runs().stream().collect(Collectors.toMap(Run::id, Run::quality));
    }
}
