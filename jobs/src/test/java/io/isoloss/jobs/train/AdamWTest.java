package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.model.Transformer;
import io.isoloss.jobs.model.TransformerShape;
import io.isoloss.jobs.model.Weights;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class AdamWTest {
    private static final TransformerShape SHAPE = new TransformerShape(4, 1, 1, 3, 5);
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.95;
    private static final double EPSILON = 1e-3; // large enough that a wrong place of it shows
    private static final double DECAY = 0.5;
    private static final double CLIP = 1;
    private static final int COUNT = 6;

    /** Algorithm 2 of Loshchilov and Hutter 2019 in plain doubles, with the clipped mean of the summed gradients. */
    @Test
    void followsTheAlgorithmOverSteps() {
        Weights weights = Weights.zeros(SHAPE, DataType.DOUBLE);
        Weights gradients = Weights.zeros(SHAPE, DataType.DOUBLE);
        SplittableRandom random = new SplittableRandom(5);
        int size = Math.toIntExact(SHAPE.totalParams());
        int embeddings = Math.toIntExact(SHAPE.totalParams() - SHAPE.nonEmbeddingParams());
        double[] expected = new double[size];
        double[] first = new double[size];
        double[] second = new double[size];
        for (int i = 0; i < size; i++) {
            expected[i] = random.nextGaussian();
            weights.flat().putScalar(i, expected[i]);
        }
        Recipe recipe = new Recipe(9, 1, 0.1, new Cosine(0, 0), BETA1, BETA2, EPSILON, DECAY, CLIP, 1, 1, 1);
        try (Transformer model = new Transformer(SHAPE, 1, weights, gradients);
                AdamW optimiser = new AdamW(model, recipe)) {
            for (int step = 1; step <= 4; step++) {
                double rate = 0.1 / step;
                double span = step == 3 ? 1e-3 : 10; // the third gradient is too small to be clipped
                double[] gradient = random.doubles(size, -span, span).toArray();
                double squares = 0;
                for (int i = 0; i < size; i++) {
                    gradients.flat().putScalar(i, gradient[i]);
                    squares += gradient[i] * gradient[i];
                }
                double norm = Math.sqrt(squares) / COUNT;
                assertThat(optimiser.step(rate, COUNT)).isCloseTo(norm, within(1e-12 * norm));

                double scale = (norm > CLIP ? CLIP / norm : 1) / COUNT;
                double corrected = rate * Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
                for (int i = 0; i < size; i++) {
                    double g = scale * gradient[i];
                    first[i] = BETA1 * first[i] + (1 - BETA1) * g;
                    second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
                    double decayed = i < embeddings ? expected[i] : expected[i] * (1 - rate * DECAY);
                    expected[i] = decayed - corrected * first[i] / (Math.sqrt(second[i]) + EPSILON);
                    // Doubles over four steps: 1e-12 is a thousand times their rounding.
                    assertThat(weights.flat().getDouble(i)).isCloseTo(expected[i], within(1e-12));
                }
            }
        }
    }

    @Test
    void takesNoStepAlongAGradientThatIsNoNumber() {
        Weights weights = Weights.zeros(SHAPE, DataType.FLOAT);
        Weights gradients = Weights.zeros(SHAPE, DataType.FLOAT);
        weights.flat().assign(1);
        gradients.flat().putScalar(3, Double.NaN);
        Recipe recipe = new Recipe(9, 1, 0.1, new Cosine(0, 0), BETA1, BETA2, EPSILON, DECAY, CLIP, 1, 1, 1);
        try (Transformer model = new Transformer(SHAPE, 1, weights, gradients);
                AdamW optimiser = new AdamW(model, recipe)) {
            assertThat(optimiser.step(0.1, COUNT)).isNaN();
            assertThat(weights.flat().minNumber().doubleValue()).isEqualTo(1);
            assertThat(weights.flat().maxNumber().doubleValue()).isEqualTo(1);
        }
    }
}
