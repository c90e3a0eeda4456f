package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.Failures;
import io.isoloss.jobs.store.Ledger;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Trials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep may take is never passed, and what it lets go goes on when it may. */
class CapsTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    @TempDir
    private Path folder;

    private ResultStore store;

    @BeforeEach
    void prepareStore() {
        store = Jobs.store(folder);
    }

    private List<TrialEnd> run(List<Trial> trials, Caps caps) {
        SweepJob job = Jobs.of(store, new Supervision(5, 60, 3, 0, null, caps, null));
        return Jobs.run("local[2]", job, trials, new ModelTrainer(job));
    }

    private Map<String, Long> outcomes(List<TrialEnd> ends) {
        return ends.stream().collect(Collectors.groupingBy(TrialEnd::outcome, Collectors.counting()));
    }

    @Test
    void trialsBeyondTheCapOfFlopsDoNotStart() throws IOException {
        List<Trial> trials = IntStream.range(0, 6)
                .mapToObj(i -> Trials.of(CORPUS, 16, 60 + i, 0.01))
                .toList();
        double all = trials.stream().mapToDouble(Trial::flopsExact).sum();
        Caps half = new Caps(all / 2, null, null);
        List<TrialEnd> ends = run(trials, half);
        double trained = store.read().runs().stream()
                .mapToDouble(run -> run.compute().flopsExact())
                .sum();
        assertThat(trained).isLessThanOrEqualTo(all / 2).isGreaterThan(all / 4);
        assertThat(new Ledger(store, half).sum().flops()).isLessThanOrEqualTo(all / 2);
        assertThat(outcomes(ends)).containsOnlyKeys(Run.COMPLETED, TrialEnd.PARKED);
        assertThat(new Failures(store).read()).hasSize(6 - store.read().runs().size());
        assertThat(run(missing(trials), new Caps(all * 1.001, null, null))).allMatch(TrialEnd::completed);
        assertThat(store.read().runs()).hasSize(6);
        assertThat(new Failures(store).read()).isEmpty();
    }

    @Test
    void trainingOnOneDeviceToCompareWithCounts() throws IOException {
        Trial trial = Trials.in(Trials.of(CORPUS, 16, 60, 0.01), new TrainingMode.DataParallel(30, 0, 2, true));
        Caps tooLow = new Caps(1.9 * trial.flopsExact(), null, null);
        assertThat(run(List.of(trial), tooLow)).allMatch(TrialEnd::isParked);
        Caps enough = new Caps(2.1 * trial.flopsExact(), null, null);
        assertThat(run(List.of(trial), enough)).allMatch(TrialEnd::completed);
        assertThat(new Ledger(store, enough).sum().flops()).isCloseTo(2 * trial.flopsExact(), within(1.0));
    }

    @Test
    void deviceSecondsAreNotPassedAndParkedTrialsGoOnToTheSameBits() throws IOException {
        List<Trial> trials = IntStream.range(0, 3)
                .mapToObj(i -> Trials.of(CORPUS, 32, 6000 + i, 0.005))
                .toList();
        Caps caps = new Caps(null, 5.0, null);
        List<TrialEnd> ends = run(trials, caps);
        assertThat(outcomes(ends)).as("5 s are too few for all").containsKey(TrialEnd.PARKED);
        assertThat(new Ledger(store, caps).sum().seconds()).isBetween(0.5, 5.0);
        List<TrialEnd> rest = run(missing(trials), new Caps(null, 600.0, null));
        assertThat(rest).allMatch(TrialEnd::completed);
        assertThat(new Ledger(store, caps).sum().flops())
                .as("what a parked trial was trained before counts once")
                .isCloseTo(trials.stream().mapToDouble(Trial::flopsExact).sum(), within(1.0));
        for (Run run : store.read().runs()) {
            Trial trial = trials.stream()
                    .filter(any -> any.runId().equals(run.id()))
                    .findAny()
                    .orElseThrow();
            assertThat(run.loss()).isEqualTo(Trials.train(trial, CORPUS).run().loss());
        }
    }

    private List<Trial> missing(List<Trial> trials) {
        return trials.stream().filter(trial -> !contains(trial)).toList();
    }

    private boolean contains(Trial trial) {
        return store.read().runs().stream().anyMatch(run -> run.id().equals(trial.runId()));
    }
}
