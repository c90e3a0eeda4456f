package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.MlpShape;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.sweep.TrainingMode.Privacy;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FederatedClientTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final Trial TRIAL = Trials.of(CORPUS, 16, 40, 0.01);
    private static final int[] SHARD = IntStream.range(0, 64).toArray();

    private static FederatedClient client(double clipNorm) {
        return new FederatedClient(TRIAL, CORPUS, 0, SHARD, 8, new Privacy(clipNorm, 1, 1e-5));
    }

    @Test
    void noWindowMovesTheSumByMoreThanTheClipNorm() {
        try (FederatedClient unclipped = client(1e9);
                FederatedClient clipped = client(0.01)) {
            for (int window = 0; window < 8; window++) {
                INDArray whole = unclipped.clippedSum(new int[] {window});
                INDArray part = clipped.clippedSum(new int[] {window});
                assertThat(whole.norm2Number().doubleValue())
                        .as("long enough to clip")
                        .isGreaterThan(0.02);
                // float32 rounding of a norm over thousands of squares
                assertThat(part.norm2Number().doubleValue()).isCloseTo(0.01, within(1e-6));
                INDArray scaled = whole.mul(0.01 / whole.norm2Number().doubleValue());
                assertThat(scaled.distance2(part)).as("same direction").isLessThan(1e-6);
            }
            INDArray two = clipped.clippedSum(new int[] {3, 5});
            INDArray apart = clipped.clippedSum(new int[] {3}).add(clipped.clippedSum(new int[] {5}));
            assertThat(two.distance2(apart)).isLessThan(1e-7);
        }
    }

    @Test
    void gradientBelowTheClipNormIsKept() {
        try (FederatedClient client = client(1e9);
                FederatedClient other = client(2e9)) {
            assertThat(client.clippedSum(SHARD).distance2(other.clippedSum(SHARD)))
                    .isZero();
        }
    }

    @Test
    void noiseHasTheStatedDeviation() {
        INDArray sum = Nd4j.zeros(200_000);
        FederatedClient.addNoise(sum, 0.3, new SplittableRandom(4));
        // Of n numbers the deviation errs by 1/√(2n) = .0016 of itself and the mean by .3/√n = .0007: four of each.
        assertThat(sum.stdNumber().doubleValue()).isCloseTo(0.3, within(0.3 * 0.0064));
        assertThat(sum.meanNumber().doubleValue()).isCloseTo(0, within(0.0028));
    }

    @Test
    void privateStepsAreNoisyAndRepeatable() {
        ModelState start = FederatedClient.initial(TRIAL);
        try (FederatedClient first = client(1);
                FederatedClient again = client(1);
                FederatedClient plain = new FederatedClient(TRIAL, CORPUS, 0, SHARD, 8, null)) {
            float[] weights = first.train(start, 0, 3, () -> {}).state().weights;
            assertThat(again.train(start, 0, 3, () -> {}).state().weights).isEqualTo(weights);
            assertThat(plain.train(start, 0, 3, () -> {}).state().weights).isNotEqualTo(weights);
        }
    }

    @Test
    void batchNormalisationIsRefusedWherePrivate() {
        MlpShape shape = new MlpShape(8, 1, 16, 8, 8, 2, Normalisation.BATCH, Initialisation.HE);
        Trial trial = new Trial(
                "test", "mlp", new TrialSpec(CORPUS.identity(), Task.NEXT_TOKEN, shape, TRIAL.recipe()), null);
        assertThatThrownBy(() -> new FederatedClient(trial, CORPUS, 0, SHARD, 8, new Privacy(1, 1, 1e-5)))
                .hasMessage(
                        "Cannot train mlp privately: batch normalisation mixes the gradients of sequences; take layer"
                                + " normalisation or none");
    }
}
