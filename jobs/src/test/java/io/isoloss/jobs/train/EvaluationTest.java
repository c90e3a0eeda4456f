package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.Transformer;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.model.Weights;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class EvaluationTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();
    private static final int CONTEXT = 16;

    /** One window, less than a batch, a full batch, and a batch and a part. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 21})
    void isTheMeanAndErrorOverWindowsWhateverTheBatch(int count) {
        TransformerShape shape = new TransformerShape(8, 2, 1, CONTEXT, CORPUS.vocabulary());
        Weights weights = Weights.zeros(shape, DataType.DOUBLE);
        SplittableRandom random = new SplittableRandom(2);
        for (long i = 0; i < weights.flat().length(); i++) {
            weights.flat().putScalar(i, 0.5 * random.nextGaussian());
        }
        ValidationWindows windows = new ValidationWindows(CORPUS, Task.NEXT_TOKEN, CONTEXT, count * CONTEXT);
        double[] means = new double[count];
        int[] inputs = new int[CONTEXT];
        int[] targets = new int[CONTEXT];
        double[] losses = new double[CONTEXT];
        Evaluation evaluation;
        try (Transformer alone = new Transformer(shape, 1, weights, null)) {
            for (int window = 0; window < count; window++) {
                windows.fill(window, 1, inputs, targets);
                alone.forward(inputs, targets, losses);
                means[window] = Arrays.stream(losses).average().orElseThrow();
            }
            evaluation = Evaluation.of(alone, shape.outputs(), windows);
        }
        double mean = Arrays.stream(means).average().orElseThrow();
        double variance = Arrays.stream(means).map(m -> (m - mean) * (m - mean)).sum() / (count - 1);

        assertThat(evaluation.loss()).isCloseTo(mean, within(1e-12)); // doubles summed in another order
        if (count == 1) {
            assertThat(evaluation.standardError()).isNaN();
        } else {
            assertThat(evaluation.standardError()).isCloseTo(Math.sqrt(variance / count), within(1e-9));
        }
    }
}
