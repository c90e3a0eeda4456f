package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.DocumentClasses;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.TextPath;
import io.isoloss.jobs.corpus.TextSource;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    private static TrainedTrial train(Trial trial) {
        return Trials.train(trial, CORPUS);
    }

    @Test
    void lossApproachesTheEntropyFromAbove() {
        Trial longest = Trials.of(CORPUS, 16, 1600, 0.01);
        ValidationWindows windows = new ValidationWindows(
                CORPUS, Task.NEXT_TOKEN, 16, longest.recipe().validationTokens());
        // The least expected loss on just these targets: what the chain that wrote them would score.
        double entropy = Trials.SOURCE.chain().conditionalEntropyNats(windows);

        double before = Double.POSITIVE_INFINITY;
        for (int steps : new int[] {25, 100, 400, 1600}) {
            Run run = train(Trials.of(CORPUS, 16, steps, 0.01)).run();
            double excess = run.loss() - entropy;
            assertThat(excess)
                    .as("%d steps", steps)
                    .isLessThan(before)
                    .isGreaterThan(-run.quality().lossStandardError());
            before = excess;
        }
        assertThat(before).isLessThan(0.01); // a hundredth of a nat: the table of an order-1 chain is easily learned
    }

    @Test
    void equalTrialsGiveBitIdenticalResults() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        TrainedTrial first = train(trial);
        TrainedTrial second = train(trial);
        assertThat(second.run().quality()).isEqualTo(first.run().quality());
        assertThat(second.curve().stream().map(CurvePoint::trainLoss).toList())
                .isEqualTo(first.curve().stream().map(CurvePoint::trainLoss).toList());
    }

    @Test
    void resultsDoNotDependOnWhatTrainsBeside() throws Exception {
        List<Trial> trials = List.of(
                Trials.of(CORPUS, 16, 60, 0.01),
                Trials.of(CORPUS, 24, 60, 0.01),
                Trials.of(CORPUS, 32, 60, 0.01),
                Trials.of(CORPUS, 16, 80, 0.01));
        ExecutorService threads = Executors.newFixedThreadPool(trials.size());
        try {
            List<Future<TrainedTrial>> together = trials.stream()
                    .map(trial -> threads.submit(() -> train(trial)))
                    .toList();
            for (int i = 0; i < trials.size(); i++) {
                assertThat(together.get(i).get().run().quality())
                        .isEqualTo(train(trials.get(i)).run().quality());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void divergenceIsAResultWithItsCause() {
        // At rate 1 a decay of 3 doubles the weights at every step, with the other sign.
        Run run = train(Trials.of(CORPUS, 16, 400, 1.0, 3)).run();
        assertThat(run.outcome()).isEqualTo(Run.DIVERGED);
        assertThat(run.failure()).containsPattern("training loss|gradient norm|validation loss");
        assertThat(run.loss()).isNull();
    }

    @Test
    void rowSaysWhatWasTrained() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Run run = train(trial).run();
        assertThat(run.id()).isEqualTo(trial.runId());
        assertThat(run.outcome()).isEqualTo(Run.COMPLETED);
        assertThat(run.size().nonEmbeddingParams()).isEqualTo(12 * 16 * 16 + 16 * 8);
        assertThat(run.tokens()).isEqualTo(60 * 8 * 16);
        assertThat(run.compute().flops6nd()).isEqualTo(6 * run.params() * run.tokens());
        assertThat(run.quality().bitsPerByte()).as("symbols stand for no bytes").isNull();
        assertThat(run.provenance().libraries()).contains("nd4j 1.0.0-M2.1");
    }

    /** Java and its upper case: the class of a document shows in any few letters of it. */
    @Test
    void learnsTheClassOfADocument(@TempDir Path folder) throws IOException {
        for (int i = 0; i < 40; i++) {
            String text = "int value%d = compute(%d);\n".formatted(i, i * 7).repeat(20);
            Files.writeString(folder.resolve("a" + i + ".java"), text);
            Files.writeString(folder.resolve("b" + i + ".shout"), text.toUpperCase(Locale.ROOT));
        }
        Corpus corpus = new TextSource(
                        List.of(new TextPath(folder.toString(), null)),
                        List.of("java", "shout"),
                        0.2,
                        DocumentClasses.EXTENSION)
                .load();
        Recipe recipe = new Recipe(40, 8, 0.01, new Cosine(0.2, 0), 0.9, 0.98, 1e-8, 0.1, 1, 1, 1, 16_384);
        TransformerShape shape = new TransformerShape(16, 1, 1, 16, corpus.vocabulary(), 2);
        TrialSpec spec = new TrialSpec(corpus.identity(), Task.DOCUMENT_CLASS, shape, recipe);
        Run run = Trials.train(new Trial("test", "classes", spec, null), corpus).run();
        assertThat(run.quality().accuracy()).isGreaterThan(0.9); // digits and signs alone don't tell
        assertThat(run.quality().f1()).isBetween(0.9, 1.0);
        assertThat(run.quality().bitsPerByte()).as("no text is predicted").isNull();
        assertThat(run.training().task()).isEqualTo("document_class");
        assertThat(run.training().classScores()).startsWith("{\"java\":{\"precision\":");
    }

    @Test
    void rowSaysWhatItTook() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        CostRates rates = new CostRates(2.0, 10.0, new CostRates.Carbon(400, "Ember", 2024, 1.5));
        Run run = Trials.train(trial, CORPUS, new Metering(rates, new InferenceLoad(0.01, 4)))
                .run();
        Cost cost = run.cost();
        assertThat(cost.deviceSeconds()).isPositive().isLessThan(cost.wallSeconds() + 0.01); // a tick of its clock
        assertThat(cost.tokensPerSecond()).isGreaterThan(run.tokens() / cost.wallSeconds());
        double flopsPerSecond = trial.flopsExact() / run.tokens() * cost.tokensPerSecond();
        assertThat(cost.mfu())
                .isCloseTo(flopsPerSecond / run.provenance().ceilingFlopsPerSecond(), within(1e-9)); // rounding
        assertThat(cost.energySource()).matches("(rapl|model): .*");
        double kwh = cost.energyJoules() / 3.6e6;
        assertThat(cost.co2Grams()).isCloseTo(kwh * 1.5 * 400, within(1e-9)); // rounding
        assertThat(cost.co2Source()).isEqualTo("400 g/kWh (Ember, 2024), PUE 1.5");
        assertThat(cost.usd()).isPositive().isLessThanOrEqualTo(cost.wallSeconds() / 3600 * 2);
        Inference inference = run.inference();
        assertThat(inference.latencyMsP50()).isPositive();
        assertThat(inference.inferenceTokensPerSecond()).isPositive();
        assertThat(inference.inferenceBatch()).isEqualTo(4);
        assertThat(inference.modelBytes()).isEqualTo(4 * run.size().totalParams());
    }

    @Test
    void memoryIsThatOfTheTrialsOwnArrays() {
        double narrow = train(Trials.of(CORPUS, 16, 2, 0.01)).run().cost().peakMemoryBytes();
        Run run = train(Trials.of(CORPUS, 32, 2, 0.01)).run();
        double wide = run.cost().peakMemoryBytes();
        double flat = 4 * run.size().totalParams();
        // Weights, gradients, update and two moments; of each of the 8 x 16 rows at least 20 numbers a column of the
        // width: the stream before and after each half of the block, its norms, 3 + 1 of attention, 4 + 4 of the MLP.
        assertThat(wide).isGreaterThan(5 * flat + 8 * 16 * 20 * 32 * 4);
        // What the width does not change, masks and probabilities, is less than half; all else at least doubles.
        assertThat(wide).isBetween(1.5 * narrow, 4 * narrow);
    }

    @Test
    void meteringChangesNoResultAndNoIdentity() {
        Trial trial = Trials.of(CORPUS, 16, 60, 0.01);
        Metering metering = new Metering(new CostRates(2.0, 10.0, null), new InferenceLoad(0.01, 4));
        Run metered = Trials.train(trial, CORPUS, metering).run();
        Run bare = train(trial).run();
        assertThat(metered.quality()).isEqualTo(bare.quality());
        assertThat(metered.identity()).isEqualTo(bare.identity());
        assertThat(bare.inference().latencyMsP50()).isNull();
        assertThat(bare.cost().usd()).isNull();
        assertThat(bare.cost().co2Grams()).isNull();
    }

    @Test
    void aTrialThatDivergedTookWhatItTookAtNoRate() {
        Run run = train(Trials.of(CORPUS, 16, 400, 1.0, 3)).run();
        assertThat(run.cost().wallSeconds()).isPositive();
        assertThat(run.cost().energyJoules()).isPositive();
        assertThat(run.cost().tokensPerSecond()).isNull();
        assertThat(run.cost().mfu()).isNull();
    }

    @Test
    void curveEndsAtTheLastStep() {
        List<CurvePoint> curve = train(Trials.of(CORPUS, 16, 130, 0.01)).curve();
        assertThat(curve.get(curve.size() - 1).step()).isEqualTo(130);
        assertThat(curve.get(curve.size() - 1).tokens()).isEqualTo(130 * 8 * 16);
        assertThat(curve)
                .hasSizeBetween(50, 70)
                .allSatisfy(point -> assertThat(point.gradientNorm()).isPositive());
    }
}
