package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.LstmShape;
import io.isoloss.jobs.model.MlpShape;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.BatchGrowth;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of trials that run out of memory. */
class MicroBatchTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final int BATCH = 8;
    private static final double EVERY_STEP = 1e-12;

    /**
     * A sum of n float32 numbers in another order differs by a few 2^-24 of its terms, and a gradient is a sum over some
     * hundred rows: 1e-6 of its norm is that with room.
     */
    private static final double ROUNDING = 1e-6;

    /** Losses after 60 steps were seen to differ by up to 3e-8 nats. */
    private static final double DRIFT = 1e-6;

    @TempDir
    private Path folder;

    static List<ModelShape> shapes() {
        return List.of(
                new TransformerShape(16, 2, 2, 16, CORPUS.vocabulary()),
                new LstmShape(
                        16,
                        1,
                        16,
                        CORPUS.vocabulary(),
                        CORPUS.vocabulary(),
                        Normalisation.LAYER,
                        Initialisation.XAVIER));
    }

    private static Trial trial(ModelShape shape, int batch, BatchGrowth growth) {
        int steps = growth == null ? 60 : 600;
        Recipe recipe =
                new Recipe(steps, batch, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, 1, 1, 4_096, growth);
        return new Trial("test", "t", new TrialSpec(CORPUS.identity(), Task.NEXT_TOKEN, shape, recipe), null);
    }

    private static Trial trial(int batch) {
        return trial(shapes().get(0), batch, null);
    }

    /** Runs out of memory after these steps, counted over all tries. */
    private static Progress outOfMemoryAfter(Integer... steps) {
        Set<Integer> full = new TreeSet<>(List.of(steps));
        int[] taken = {0};
        return (tokens, loss) -> {
            if (full.contains(++taken[0])) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
    }

    private static TrainedTrial train(Trial trial, Progress progress) {
        return Trials.train(Trunk.of(trial), CORPUS, Checkpoints.NONE, progress).get(trial);
    }

    private Checkpoints everyStep() {
        ResultStore store = new ResultStore(folder.toString());
        store.prepare();
        return new Checkpoints(store.checkpoints(), EVERY_STEP);
    }

    private static void assertAlike(TrainedTrial split, TrainedTrial whole) {
        assertThat(split.run().outcome()).isEqualTo(Run.COMPLETED);
        assertThat(split.run().id()).isEqualTo(whole.run().id());
        assertThat(split.run().loss()).isCloseTo(whole.run().loss(), within(DRIFT));
        assertThat(split.run().provenance().steps())
                .isEqualTo(whole.run().provenance().steps());
        assertThat(split.curve()).extracting(CurvePoint::tokens).isEqualTo(tokens(whole));
        for (int point = 0; point < whole.curve().size(); point++) {
            assertThat(split.curve().get(point).trainLoss())
                    .isCloseTo(whole.curve().get(point).trainLoss(), within(DRIFT));
        }
    }

    private static List<Double> tokens(TrainedTrial trained) {
        return trained.curve().stream().map(CurvePoint::tokens).toList();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void partsOfABatchHaveItsGradient(ModelShape shape) {
        SplittableRandom random = new SplittableRandom(2);
        int rows = BATCH * shape.context();
        int[] inputs = random.ints(rows, 0, shape.vocabulary()).toArray();
        int[] targets = random.ints(rows, 0, shape.outputs()).toArray();
        Recipe recipe = trial(shape, BATCH, null).recipe();
        try (TrainingStep whole = new TrainingStep(shape, recipe)) {
            double[] losses = new double[rows];
            whole.take(inputs, targets, losses, 0.01); // so that no gradient is zero
            whole.sum(inputs, targets, losses);
            double[] gradient = whole.model().gradients().dup().data().asDouble();
            double norm = whole.model().gradients().norm2Number().doubleValue();
            for (int microBatch : new int[] {4, 2, 1}) {
                try (TrainingStep parts = new TrainingStep(shape, recipe, microBatch)) {
                    double[] partLosses = new double[rows];
                    parts.restore(whole.state(new History(), 0));
                    parts.sum(inputs, targets, partLosses);
                    double[] summed = parts.model().gradients().dup().data().asDouble();
                    for (int i = 0; i < summed.length; i++) {
                        assertThat(summed[i]).isCloseTo(gradient[i], within(ROUNDING * norm));
                    }
                    assertThat(partLosses).containsExactly(losses, within(1e-5)); // float32 logits of a few nats
                    assertThat(parts.peakBytes() == null || parts.peakBytes() < whole.peakBytes())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void refusesPartsThatDoNotMakeUpTheBatch() {
        Trial trial = trial(BATCH);
        assertThatThrownBy(() -> new TrainingStep(trial.shape(), trial.recipe(), 3))
                .hasMessage("Invalid micro-batch (want a divisor of the batch of 8): 3");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void goesOnInHalvesToTheSameResult(ModelShape shape) {
        Trial trial = trial(shape, BATCH, null);
        TrainedTrial whole = Trials.train(trial, CORPUS);
        assertThat(whole.warnings()).isEmpty();
        for (int step : new int[] {1, 37, 60}) {
            TrainedTrial split = train(trial, outOfMemoryAfter(step));
            assertAlike(split, whole);
            assertThat(split.run().training().resumes()).isZero();
            assertThat(split.warnings())
                    .containsExactly("it ran out of memory with 8 sequences at once (Java heap space); trained with"
                            + " micro-batches of 4, to the same result but for rounding");
        }
    }

    @Test
    void halvesDownToOneSequence() {
        Trial trial = trial(12);
        assertThat(train(trial, outOfMemoryAfter(1, 2, 3)).warnings())
                .singleElement()
                .asString()
                .startsWith("it ran out of memory with 3 sequences at once")
                .contains("micro-batches of 1,");
        TrainedTrial none = train(trial, outOfMemoryAfter(1, 2, 3, 4));
        assertThat(none.run().outcome()).isEqualTo(Run.OUT_OF_MEMORY);
        assertThat(none.run().failure()).isEqualTo("Java heap space; one sequence at a time did not fit either");
    }

    @Test
    void aRetryGoesOnFromTheNewestCheckpoint() {
        Trial trial = trial(BATCH);
        List<Long> told = new ArrayList<>();
        Progress memory = outOfMemoryAfter(50);
        TrainedTrial split = Trials.train(Trunk.of(trial), CORPUS, everyStep(), (tokens, loss) -> {
                    told.add(tokens);
                    memory.step(tokens, loss);
                })
                .get(trial);
        assertAlike(split, Trials.train(trial, CORPUS));
        assertThat(split.run().training().resumes()).isEqualTo(1);
        assertThat(told)
                .as("50 steps, the checkpoint of the 49th, 11 steps, 256 windows evaluated by fours")
                .hasSize(50 + 1 + 11 + 64);
        assertThat(told.stream().mapToLong(tokens -> tokens).sum()).isEqualTo(trial.tokens());
    }

    /** Of a run begun whole, by a process that has less memory. */
    @Test
    void aLaterProcessContinuesACheckpointInParts() {
        Trial trial = trial(BATCH);
        Checkpoints checkpoints = everyStep();
        int[] taken = {0};
        assertThatThrownBy(() -> Trials.train(Trunk.of(trial), CORPUS, checkpoints, (tokens, loss) -> {
                    if (++taken[0] == 30) {
                        throw new IllegalStateException("lost");
                    }
                }))
                .hasMessage("lost");
        TrainedTrial split = Trials.train(Trunk.of(trial), CORPUS, checkpoints, outOfMemoryAfter(5))
                .get(trial);
        assertAlike(split, Trials.train(trial, CORPUS));
        assertThat(split.warnings()).singleElement().asString().contains("micro-batches of 4");
    }

    /** Over the 600 batches from the first, rounding would grow to hundredths of a nat: batches of two are a rough road. */
    @Test
    void growingBatchesAreSplitAlike() {
        Trial trial = trial(new TransformerShape(8, 1, 1, 16, CORPUS.vocabulary()), 2, new BatchGrowth(64, 0.5));
        TrainedTrial whole = Trials.train(trial, CORPUS);
        assertThat(whole.run().provenance().steps()).as("the batch grew").isLessThan(550);
        int nearTheEnd = (int) (whole.run().provenance().steps() - 6);
        TrainedTrial split = Trials.train(Trunk.of(trial), CORPUS, everyStep(), outOfMemoryAfter(nearTheEnd))
                .get(trial);
        assertThat(split.warnings()).singleElement().asString().contains("micro-batches of 1");
        assertAlike(split, whole);
        Trial growing = Trials.growing(CORPUS, 600);
        assertThat(train(growing, outOfMemoryAfter(2, 4)).run().outcome())
                .as("its batch of one can't be parted")
                .isEqualTo(Run.OUT_OF_MEMORY);
    }

    /** In the trunk, in the decay of the first branch, and in the last stretch. */
    @Test
    void branchesOfATrunkAreSplitAlike() {
        List<Trial> trials = Trials.branches(CORPUS, 40, 60, 90);
        for (int step : new int[] {10, 34, 100}) {
            Map<Trial, TrainedTrial> split =
                    Trials.train(new Trunk(trials), CORPUS, Checkpoints.NONE, outOfMemoryAfter(step));
            assertThat(split.keySet()).containsExactlyInAnyOrderElementsOf(trials);
            trials.forEach(trial -> assertAlike(split.get(trial), Trials.train(trial, CORPUS)));
        }
    }

    @Test
    void batchNormalisationIsNotSplit() {
        ModelShape shape = new MlpShape(
                16, 1, 16, CORPUS.vocabulary(), CORPUS.vocabulary(), 4, Normalisation.BATCH, Initialisation.XAVIER);
        TrainedTrial none = train(trial(shape, BATCH, null), outOfMemoryAfter(5));
        assertThat(none.run().outcome()).isEqualTo(Run.OUT_OF_MEMORY);
        assertThat(none.run().failure())
                .isEqualTo(
                        "Java heap space; not tried in smaller parts: batch normalisation takes its statistics over the"
                                + " sequences that are computed at once, so that the result would be another");
    }

    /** Runs out of memory once, at this call that tells of no tokens: after the last step. */
    private static Progress outOfMemoryInEvaluation(int call, List<Long> told) {
        int[] calls = {0};
        return (tokens, loss) -> {
            told.add(tokens);
            if (tokens == 0 && ++calls[0] == call) {
                throw new OutOfMemoryError("Java heap space");
            }
        };
    }

    @Test
    void anEvaluationThatDoesNotFitIsTriedAgainWithoutTraining() {
        for (int batch : new int[] {BATCH, 1}) {
            Trial trial = trial(batch);
            List<Long> told = new ArrayList<>();
            TrainedTrial again = train(trial, outOfMemoryInEvaluation(10, told));
            assertAlike(again, Trials.train(trial, CORPUS));
            assertThat(told.stream().filter(tokens -> tokens > 0)).hasSize(60);
            assertThat(again.warnings())
                    .singleElement()
                    .asString()
                    .contains(batch == 1 ? "); evaluated one sequence at a time" : "micro-batches of 4");
        }
        ModelShape shape = new MlpShape(
                16, 1, 16, CORPUS.vocabulary(), CORPUS.vocabulary(), 4, Normalisation.BATCH, Initialisation.XAVIER);
        Trial mixed = trial(shape, BATCH, null);
        assertAlike(train(mixed, outOfMemoryInEvaluation(10, new ArrayList<>())), Trials.train(mixed, CORPUS));
    }

    @Test
    void aResultDoesNotHangOnServing() throws IOException {
        Trial trial = trial(BATCH);
        Metering served = new Metering(CostRates.NONE, new InferenceLoad(0.01, 64));
        List<TrainedTrial> results = new ArrayList<>();
        // 16 batches of an evaluation, then serving.
        new Trainer(CORPUS, Environment.here("test"), served, Checkpoints.NONE, FinalModels.NONE)
                .train(
                        Trunk.of(trial),
                        outOfMemoryInEvaluation(18, new ArrayList<>()),
                        (same, result) -> results.add(result));
        assertThat(results).hasSize(1);
        Run run = results.get(0).run();
        assertThat(run.outcome()).isEqualTo(Run.COMPLETED);
        assertThat(run.inference().latencyMsP50()).isNull();
        assertThat(run.inference().modelBytes()).isEqualTo(4.0 * trial.totalParams());
        assertThat(results.get(0).warnings())
                .containsExactly("serving was not measured: 64 sequences at once ran out of memory");
    }

    @Test
    void anotherErrorIsNotTriedAgain() {
        int[] taken = {0};
        assertThatThrownBy(() -> train(trial(BATCH), (tokens, loss) -> {
                    taken[0]++;
                    throw new IllegalStateException("CUDA error 700: an illegal memory access was encountered");
                }))
                .hasMessageContaining("illegal memory access");
        assertThat(taken[0]).isEqualTo(1);
    }

    /** Two steps and an evaluation of a model that takes some 300 MB whole, in a process of its own. */
    static final class SmallMemory {
        static final Trial TRIAL = new Trial(
                "test",
                "large",
                new TrialSpec(
                        CORPUS.identity(),
                        Task.NEXT_TOKEN,
                        new TransformerShape(64, 10, 1, 128, CORPUS.vocabulary()),
                        new Recipe(2, 64, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, 1, 1, 4096)),
                null);

        public static void main(String[] arguments) {
            TrainedTrial trained = Trials.train(TRIAL, CORPUS);
            System.out.println(
                    "end: " + trained.run().outcome() + " " + trained.run().loss() + " " + trained.warnings());
        }
    }

    /** JavaCPP counts what the process holds, so that a try which does not fit must really have let go. */
    @Test
    void trainsInPartsUnderARealLimit() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + System.getProperty("isoloss.home") + "/jobs/jvm.options",
                        "-Xmx512m",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=380m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallMemory.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        String end = printed.lines()
                .filter(line -> line.startsWith("end: "))
                .findFirst()
                .orElseThrow();
        assertThat(end)
                .startsWith("end: completed ")
                .contains("it ran out of memory with 64 sequences at once (")
                .contains("physicalBytes = ");
        assertThat(Double.parseDouble(end.split(" ", -1)[2]))
                .isCloseTo(Trials.train(SmallMemory.TRIAL, CORPUS).run().loss(), within(DRIFT));
    }
}
