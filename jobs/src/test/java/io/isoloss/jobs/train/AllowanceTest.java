package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllowanceTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final double GRADIENT_SECONDS = 1;
    private static final double CHECKPOINT_SECONDS = 0.2;

    /** 64 batches of 16 sequences, each the forward pass of two batches of 8; with the margins, and a second for the rest. */
    private static final double ROOM_TO_EVALUATE = 64 * 2 / 3.0 * 2 * 1.5 + 1;

    @TempDir
    private Path folder;

    private ResultStore store;
    private long nanos;

    /** A call of the trainer by a clock that only work moves. */
    private final class Call implements Trainer.Ended {
        final Map<Trial, TrainedTrial> results = new LinkedHashMap<>();
        final List<Trial> parked = new ArrayList<>();
        int steps;
        final long began = nanos;
        Usage used;

        Call(Trunk trunk, double seconds) throws IOException {
            Trial any = trunk.longest();
            int batch = any.recipe().batchSequences() * any.shape().context();
            boolean resumes = !store.checkpoints().names("").isEmpty();
            boolean grows = any.recipe().batchGrowth() != null;
            int[] calls = {0};
            Progress progress = (tokens, loss) -> {
                boolean before =
                        (resumes && calls[0]++ == 0) || (!grows && tokens > batch); // of a checkpoint or a trunk
                boolean evaluates = tokens == 0;
                pass(before ? 0 : evaluates ? 2 / 3.0 : GRADIENT_SECONDS * tokens / batch);
                steps += before || evaluates ? 0 : 1;
            };
            Trainer trainer = new Trainer(
                    CORPUS,
                    Environment.here("test"),
                    Metering.NONE,
                    new Checkpoints(new SlowFiles(store.checkpoints()), 7.5),
                    FinalModels.NONE);
            Spending spending = new Spending(new Allowance(seconds, null), () -> nanos);
            new TrunkTraining(trainer, trunk, progress, spending).train(this);
            used = spending.usage();
            assertThat(used.seconds()).isLessThanOrEqualTo(seconds);
        }

        @Override
        public void accept(Trial trial, TrainedTrial result) {
            results.put(trial, result);
        }

        @Override
        public void parked(Trial trial, Usage usage) {
            assertThat(usage.seconds()).isEqualTo((nanos - began) * 1e-9);
            parked.add(trial);
        }
    }

    /** Files that take their time. */
    private final class SlowFiles implements CheckpointFiles {
        private final CheckpointFiles files;

        SlowFiles(CheckpointFiles files) {
            this.files = files;
        }

        @Override
        public List<String> names(String start) throws IOException {
            return files.names(start);
        }

        @Override
        public void write(String name, Content content) throws IOException {
            pass(CHECKPOINT_SECONDS);
            files.write(name, content);
        }

        @Override
        public InputStream open(String name) throws IOException {
            return files.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            files.delete(name);
        }
    }

    private void pass(double seconds) {
        nanos += Math.round(seconds * 1e9);
    }

    @BeforeEach
    void open() {
        store = new ResultStore(folder.toString());
        store.prepare();
    }

    private static void assertSame(TrainedTrial resumed, TrainedTrial straight) {
        assertThat(resumed.run().quality()).isEqualTo(straight.run().quality());
        assertThat(resumed.curve()).extracting(CurvePoint::trainLoss).isEqualTo(losses(straight));
    }

    private static List<Double> losses(TrainedTrial trained) {
        return trained.curve().stream().map(CurvePoint::trainLoss).toList();
    }

    @Test
    void parksBeforeTheStepThatWouldNotFit() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Call first = new Call(Trunk.of(trial), 10);
        assertThat(first.results).isEmpty();
        assertThat(first.parked).containsExactly(trial);
        // Of the tenth second, a step of one and a checkpoint of a quarter, half as long again each, would take 1.9.
        assertThat(first.steps).isEqualTo(9);
        assertThat(first.used.seconds()).isEqualTo((9 + CHECKPOINT_SECONDS) * 1e9 * 1e-9);
        assertThat(store.checkpoints().names(trial.runId())).isNotEmpty();
    }

    @Test
    void neverTakesMoreThanAllowedAndGoesOnToTheSameBits() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        SplittableRandom random = new SplittableRandom(5);
        int calls = 0;
        Call call;
        do {
            call = new Call(Trunk.of(trial), 3 + random.nextInt(40) + (++calls > 12 ? ROOM_TO_EVALUATE : 0));
        } while (!call.parked.isEmpty());
        assertThat(calls).isGreaterThan(12);
        assertSame(call.results.get(trial), Trials.train(trial, CORPUS));
        assertThat(store.checkpoints().names(trial.runId())).isEmpty();
    }

    @Test
    void goesOnWithTheEvaluationAlone() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Call trained = new Call(Trunk.of(trial), 100);
        assertThat(trained.steps).isEqualTo(60);
        assertThat(trained.parked).containsExactly(trial);
        Call again = new Call(Trunk.of(trial), 20);
        assertThat(again.parked).containsExactly(trial);
        Call evaluated = new Call(Trunk.of(trial), 2 * ROOM_TO_EVALUATE);
        assertThat(evaluated.steps).isZero();
        assertSame(evaluated.results.get(trial), Trials.train(trial, CORPUS));
        assertThat(evaluated.results.get(trial).run().training().resumes()).isEqualTo(1);
    }

    @Test
    void parksAllUnfinishedBranchesOfATrunk() throws IOException {
        List<Trial> trials = Trials.branches(CORPUS, 40, 60, 90);
        Trunk trunk = new Trunk(trials);
        Call stem = new Call(trunk, 20);
        assertThat(stem.parked).containsExactlyElementsOf(trials);
        Call first = new Call(trunk, 75 + ROOM_TO_EVALUATE);
        assertThat(first.results).containsOnlyKeys(trials.get(0));
        assertThat(first.parked).containsExactly(trials.get(1), trials.get(2));

        Map<Trial, TrainedTrial> results = new LinkedHashMap<>(first.results);
        for (int calls = 0; results.size() < 3; calls++) {
            assertThat(calls).isLessThan(20);
            List<Trial> left = trials.subList(results.size(), 3);
            Call call = new Call(new Trunk(left), 30 + (calls % 3 == 2 ? ROOM_TO_EVALUATE : 0));
            assertThat(call.parked).containsExactlyElementsOf(left.subList(call.results.size(), left.size()));
            results.putAll(call.results);
        }
        trials.forEach(trial -> assertSame(results.get(trial), Trials.train(trial, CORPUS)));
    }

    @Test
    void aGrowingBatchIsForeseenAsItGrows() throws IOException {
        Trial trial = Trials.growing(CORPUS, 600);
        SplittableRandom random = new SplittableRandom(8);
        Call call;
        int calls = 0;
        do {
            call = new Call(Trunk.of(trial), 60 + random.nextInt(100) + (++calls > 8 ? 20 * ROOM_TO_EVALUATE : 0));
        } while (!call.parked.isEmpty());
        assertThat(calls).isGreaterThan(8);
        assertSame(call.results.get(trial), Trials.train(trial, CORPUS));
    }

    @Test
    void beginsNothingWithoutRoom() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Call call = new Call(Trunk.of(trial), 0);
        assertThat(call.parked).containsExactly(trial);
        assertThat(call.steps).isZero();
        assertThat(store.checkpoints().names("")).isEmpty();
    }

    /** By the real clock and the real meter: 10 W of a core, or what its counter says. */
    @Test
    void parksWhereTheJoulesEnd() throws IOException {
        Trial trial = Trials.of(CORPUS, 16, 200_000, 0.001);
        Trainer trainer = new Trainer(
                CORPUS,
                Environment.here("test"),
                new Metering(new CostRates(null, 10.0, null), InferenceLoad.NONE),
                new Checkpoints(store.checkpoints(), 1e3),
                FinalModels.NONE);
        List<Usage> parked = new ArrayList<>();
        Usage used = trainer.train(Trunk.of(trial), Progress.NONE, new Allowance(null, 8.0), new Trainer.Ended() {
            @Override
            public void accept(Trial ended, TrainedTrial result) {}

            @Override
            public void parked(Trial same, Usage usage) {
                parked.add(usage);
            }
        });
        assertThat(parked).hasSize(1);
        assertThat(used.joules()).isPositive().isLessThanOrEqualTo(8);
        assertThat(store.checkpoints().names(trial.runId())).hasSize(1);
    }

    @Test
    void refusesAnAllowanceWithoutAPlaceForCheckpoints() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Trainer trainer =
                new Trainer(CORPUS, Environment.here("test"), Metering.NONE, Checkpoints.NONE, FinalModels.NONE);
        assertThatThrownBy(() ->
                        trainer.train(Trunk.of(trial), Progress.NONE, new Allowance(5.0, null), (same, result) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot hold an allowance without a place for checkpoints");
        assertThatThrownBy(() -> new Allowance(-1.0, null))
                .hasMessage("Invalid allowance (want at least 0 seconds): -1.0");
    }
}
