package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final double EVERY_STEP = 1e-12;

    @TempDir
    private Path folder;

    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        ResultStore store = new ResultStore(folder.toString());
        store.prepare();
        checkpoints = new Checkpoints(store.checkpoints(), EVERY_STEP);
    }

    /** Ends the training in the middle of a step's work, as a crash would. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    private static Progress crashAfter(long steps) {
        long[] taken = {0};
        return (tokens, loss) -> {
            if (++taken[0] > steps) {
                throw new Crash();
            }
        };
    }

    private static void assertSame(TrainedTrial resumed, TrainedTrial straight) {
        assertThat(resumed.run().quality()).isEqualTo(straight.run().quality());
        assertThat(resumed.run().training().gradientNoiseScale())
                .isEqualTo(straight.run().training().gradientNoiseScale());
        assertThat(resumed.run().provenance().steps())
                .isEqualTo(straight.run().provenance().steps());
        assertThat(resumed.curve())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds")
                .isEqualTo(straight.curve());
    }

    @Test
    void twentyResumedRunsEqualTheUninterruptedBitForBit() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        TrainedTrial straight = Trials.train(trial, CORPUS);
        SplittableRandom random = new SplittableRandom(3);
        for (int kill = 0; kill < 20; kill++) {
            int first = 1 + random.nextInt(58);
            assertThatThrownBy(() -> Trials.train(Trunk.of(trial), CORPUS, checkpoints, crashAfter(first)))
                    .isInstanceOf(Crash.class);
            TrainedTrial resumed = Trials.train(Trunk.of(trial), CORPUS, checkpoints, Progress.NONE)
                    .get(trial);
            assertSame(resumed, straight);
            assertThat(resumed.run().training().resumes()).isEqualTo(1);
            assertThat(folder.resolve("checkpoints")).isEmptyDirectory();
        }
    }

    @Test
    void damagedNewestCheckpointFallsBackToTheOneBefore() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        assertThatThrownBy(() -> Trials.train(Trunk.of(trial), CORPUS, checkpoints, crashAfter(30)))
                .isInstanceOf(Crash.class);
        List<Path> generations = files();
        assertThat(generations).hasSize(2);
        Path newest = generations.get(1);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest, bytes);

        TrainedTrial resumed = Trials.train(Trunk.of(trial), CORPUS, checkpoints, Progress.NONE)
                .get(trial);
        assertSame(resumed, Trials.train(trial, CORPUS));
        assertThat(resumed.run().training().resumes()).isEqualTo(1);
        assertThat(resumed.warnings())
                .singleElement()
                .asString()
                .contains(newest.getFileName().toString(), "damaged (its SHA-256 is not that of its content)");
    }

    @Test
    void startsAnewWhereBothGenerationsAreDamaged() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        assertThatThrownBy(() -> Trials.train(Trunk.of(trial), CORPUS, checkpoints, crashAfter(30)))
                .isInstanceOf(Crash.class);
        for (Path file : files()) {
            Files.write(file, new byte[] {1, 2, 3});
        }
        TrainedTrial again = Trials.train(Trunk.of(trial), CORPUS, checkpoints, Progress.NONE)
                .get(trial);
        assertSame(again, Trials.train(trial, CORPUS));
        assertThat(again.run().training().resumes()).isZero();
        assertThat(again.warnings()).hasSize(2);
    }

    @Test
    void resumedRunOfAGrowingBatchEqualsTheUninterrupted() {
        Trial trial = Trials.growing(CORPUS, 600);
        TrainedTrial straight = Trials.train(trial, CORPUS);
        assertThat(straight.run().provenance().steps()).as("the batch grew").isLessThan(550);
        assertThat(straight.curve())
                .last()
                .satisfies(point -> assertThat(point.tokens()).isEqualTo((double) trial.tokens()));
        assertThat(straight.run().training().learningRateRule()).isEqualTo("rate");
        assertThat(straight.run().training().batchRule()).isEqualTo("batch");
        long steps = straight.run().provenance().steps();
        // Between measurements, and after the growth.
        for (long kill : new long[] {220, steps - 20}) {
            assertThatThrownBy(() -> Trials.train(Trunk.of(trial), CORPUS, checkpoints, crashAfter(kill)))
                    .isInstanceOf(Crash.class);
            assertSame(
                    Trials.train(Trunk.of(trial), CORPUS, checkpoints, Progress.NONE)
                            .get(trial),
                    straight);
        }
    }

    @Test
    void branchesOfATrunkEqualTrialsAlone() {
        List<Trial> trials = Trials.branches(CORPUS, 40, 60, 90);
        Map<Trial, TrainedTrial> branches = Trials.train(new Trunk(trials), CORPUS, Checkpoints.NONE, Progress.NONE);
        for (Trial trial : trials) {
            assertSame(branches.get(trial), Trials.train(trial, CORPUS));
        }
        assertThat(branches.values().stream()
                        .map(trained -> trained.run().training().sharedTokens()))
                .containsExactly(30 * 8 * 16.0, 45 * 8 * 16.0, 0.0);
    }

    @Test
    void resumedTrunkEqualsTheUninterrupted() {
        List<Trial> trials = Trials.branches(CORPUS, 40, 60, 90);
        Trunk trunk = new Trunk(trials);
        Map<Trial, TrainedTrial> straight = Trials.train(trunk, CORPUS, Checkpoints.NONE, Progress.NONE);
        // On the way to the first fork, in the first decay, between forks, in the second decay, on the last stretch.
        for (int steps : new int[] {20, 36, 50, 64, 90}) {
            assertThatThrownBy(() -> Trials.train(trunk, CORPUS, checkpoints, crashAfter(steps)))
                    .isInstanceOf(Crash.class);
            Map<Trial, TrainedTrial> resumed = Trials.train(trunk, CORPUS, checkpoints, Progress.NONE);
            for (Trial trial : trials) {
                assertSame(resumed.get(trial), straight.get(trial));
            }
        }
    }

    @Test
    void divergedTrunkTakesItsBranchesAlong() {
        // At rate 1 a decay of 3 doubles the weights at every step, with the other sign.
        List<Trial> trials = Trials.branches(CORPUS, 1.0, 3, 200, 300);
        Map<Trial, TrainedTrial> branches = Trials.train(new Trunk(trials), CORPUS, Checkpoints.NONE, Progress.NONE);
        assertThat(branches.values())
                .hasSize(2)
                .allSatisfy(trained -> assertThat(trained.run().outcome()).isEqualTo(Run.DIVERGED));
        assertThat(branches.get(trials.get(0)).run().failure())
                .isEqualTo(Trials.train(trials.get(0), CORPUS).run().failure());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
