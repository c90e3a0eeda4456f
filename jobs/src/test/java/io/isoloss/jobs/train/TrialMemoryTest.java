package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.Conv1dShape;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.Kernels;
import io.isoloss.jobs.model.LstmShape;
import io.isoloss.jobs.model.MlpShape;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.model.Transformer;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.model.Weights;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

class TrialMemoryTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final int V = CORPUS.vocabulary();
    private static final Initialisation HE = Initialisation.HE;

    /** The batch of a trial and how far above the measured peak the prediction may lie. */
    record Case(ModelShape shape, int batch, double above) {}

    static List<Case> cases() {
        return List.of(
                new Case(new TransformerShape(8, 1, 1, 16, V), 8, 0.1),
                new Case(new TransformerShape(32, 2, 2, 64, V), 16, 0.1),
                new Case(new TransformerShape(64, 4, 4, 32, V), 32, 0.1),
                new Case(new TransformerShape(128, 3, 8, 16, V), 4, 0.1),
                new Case(new LstmShape(16, 1, 16, V, V, Normalisation.NONE, HE), 8, 0.1),
                new Case(new LstmShape(32, 2, 64, V, V, Normalisation.LAYER, HE), 16, 0.1),
                new Case(new Conv1dShape(16, 1, 16, V, V, 4, false, Normalisation.LAYER, HE), 8, 0.1),
                new Case(new Conv1dShape(32, 2, 64, V, V, 8, false, Normalisation.NONE, HE), 16, 0.1),
                new Case(new Conv1dShape(32, 3, 32, V, V, 8, true, Normalisation.LAYER, HE), 16, 0.1),
                new Case(new MlpShape(16, 1, 16, V, V, 8, Normalisation.NONE, HE), 8, 0.1),
                new Case(new MlpShape(64, 3, 32, V, V, 4, Normalisation.LAYER, HE), 16, 0.1));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isNeverBelowWhatWasMeasuredAndLittleAboveIt(Case one) {
        Trial trial = trial(one.shape, one.batch, 12);
        double measured = Trials.train(trial, CORPUS).run().cost().peakMemoryBytes();
        double foretold = bytes(trial, Kernels.PROCESSOR);
        assertThat(foretold).isBetween(measured, (1 + one.above) * measured);
        assertThat(bytes(trial, Kernels.ND4J)).as("on a GPU").isGreaterThan((long) foretold);
    }

    @Test
    void countsTheSumsThatGradientNoiseIsMeasuredBy() {
        ModelShape shape = new TransformerShape(16, 1, 1, 16, V);
        Trial longer = trial(shape, 8, 800);
        assertThat(bytes(longer, Kernels.PROCESSOR) - bytes(trial(shape, 8, 700), Kernels.PROCESSOR))
                .isEqualTo(Float.BYTES * shape.totalParams());
        assertThat((double) bytes(longer, Kernels.PROCESSOR))
                .isGreaterThanOrEqualTo(
                        Trials.train(longer, CORPUS).run().cost().peakMemoryBytes());
        Trial growing = Trials.growing(CORPUS, 64);
        assertThat((double) bytes(growing, Kernels.PROCESSOR))
                .isGreaterThanOrEqualTo(
                        Trials.train(growing, CORPUS).run().cost().peakMemoryBytes());
    }

    /** Double precision runs on ND4J's operations, as a GPU does. */
    @Test
    void countsTheUpdateThatNd4jKeepsBesideTheMoments() {
        TransformerShape shape = new TransformerShape(16, 1, 1, 16, V);
        try (Weights weights = Weights.zeros(shape, DataType.DOUBLE);
                Weights gradients = Weights.zeros(shape, DataType.DOUBLE);
                Transformer model = new Transformer(shape, 2, weights, gradients);
                AdamW optimiser = new AdamW(model, trial(shape, 2, 12).recipe())) {
            assertThat(optimiser.bytes()).isEqualTo(3 * Double.BYTES * shape.totalParams());
        }
    }

    @Test
    void countsTheSequencesThatAModelServes() {
        Trial trial = trial(new TransformerShape(16, 1, 1, 16, V), 8, 12);
        assertThat(TrialMemory.bytes(trial, new InferenceLoad(1, 64), Kernels.PROCESSOR)
                        .getAsLong())
                .isGreaterThan(bytes(trial, Kernels.PROCESSOR));
        assertThat(TrialMemory.bytes(trial, new InferenceLoad(1, 2), Kernels.PROCESSOR)
                        .getAsLong())
                .isEqualTo(bytes(trial, Kernels.PROCESSOR));
    }

    @Test
    void saysNothingWhereNothingBoundsIt() {
        Trial mixing = trial(new MlpShape(16, 1, 16, V, V, 8, Normalisation.BATCH, HE), 8, 12);
        assertThat(TrialMemory.bytes(mixing, InferenceLoad.NONE, Kernels.ND4J)).isEmpty();
        assertThat(Trials.train(mixing, CORPUS).run().cost().peakMemoryBytes()).isNull();
        TrialSpec shared = trial(new TransformerShape(16, 1, 1, 16, V), 8, 12)
                .spec()
                .in(new TrainingMode.DataParallel(10, 0, 2, true));
        assertThat(TrialMemory.bytes(new Trial("test", "shared", shared, null), InferenceLoad.NONE, Kernels.ND4J))
                .isEmpty();
    }

    private static long bytes(Trial trial, Kernels kernels) {
        return TrialMemory.bytes(trial, InferenceLoad.NONE, kernels).getAsLong();
    }

    private static Trial trial(ModelShape shape, int batch, int steps) {
        Recipe recipe = new Recipe(steps, batch, 0.01, new Cosine(0.1, 0), 0.9, 0.98, 1e-8, 0.1, 100, 1, 1, 4096);
        return new Trial("test", "t", new TrialSpec(CORPUS.identity(), Task.NEXT_TOKEN, shape, recipe), null);
    }
}
