package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientNoiseTest {
    private static final int WEIGHTS = 20;
    private static final int ROWS = 8;

    /**
     * A linear model y = x w on targets x w* + e with standard normal x and e of deviation s: with d = w - w*, the gradient
     * of (x w - y)² / 2 is x (x d - e), its mean is d, and the trace of its covariance is (n + 1) |d|² + n s² in n dimensions.
     */
    private static void addBatch(
            GradientSum sum, INDArray gradients, double offset, double noise, SplittableRandom random) {
        double[] summed = new double[WEIGHTS];
        for (int row = 0; row < ROWS; row++) {
            double[] x = new double[WEIGHTS];
            double error = -noise * random.nextGaussian();
            for (int i = 0; i < WEIGHTS; i++) {
                x[i] = random.nextGaussian();
                error += x[i] * offset;
            }
            for (int i = 0; i < WEIGHTS; i++) {
                summed[i] += x[i] * error;
            }
        }
        gradients.assign(Nd4j.createFromArray(summed));
        sum.add(gradients);
    }

    @Test
    void findsTheNoiseScaleOfALinearModel() {
        double offset = 0.5;
        double noise = 3;
        double square = WEIGHTS * offset * offset;
        double trace = ((WEIGHTS + 1) * square + WEIGHTS * noise * noise) / ROWS; // of a batch
        SplittableRandom random = new SplittableRandom(7);
        double meanSquare = 0;
        double meanTrace = 0;
        int repeats = 1_000;
        try (INDArray gradients = Nd4j.create(DataType.DOUBLE, WEIGHTS);
                GradientSum sum = new GradientSum(gradients, ROWS)) {
            for (int repeat = 0; repeat < repeats; repeat++) {
                sum.clear();
                for (int batch = 0; batch < 8; batch++) {
                    addBatch(sum, gradients, offset, noise, random);
                }
                meanSquare += sum.noise().gradientSquare() / repeats;
                meanTrace += sum.noise().trace() / repeats;
            }
        }
        // A measurement of eight batches strays by 0.6 of |G|² and 0.23 of the trace (its rows have heavy tails); a
        // mean of
        // 1,000 by a thirtieth of that, and the bounds are three times as wide and more.
        assertThat(meanSquare).isCloseTo(square, withinPercentage(6));
        assertThat(meanTrace).isCloseTo(trace, withinPercentage(2.4));
        assertThat(new GradientNoise(meanSquare, meanTrace).scale()).isCloseTo(trace / square, withinPercentage(7));
    }

    @Test
    void tellsAGradientFromNoise() {
        int signals = 0;
        int fakes = 0;
        try (INDArray gradients = Nd4j.create(DataType.DOUBLE, WEIGHTS);
                GradientSum sum = new GradientSum(gradients, ROWS)) {
            SplittableRandom random = new SplittableRandom(3);
            for (int repeat = 0; repeat < 200; repeat++) {
                for (boolean signal : new boolean[] {true, false}) {
                    sum.clear();
                    for (int batch = 0; batch < 16; batch++) {
                        addBatch(sum, gradients, signal ? 1 : 0, 3, random);
                    }
                    signals += signal && sum.hasSignal() ? 1 : 0;
                    fakes += !signal && sum.hasSignal() ? 1 : 0;
                }
            }
        }
        assertThat(signals).isGreaterThan(190);
        // One in forty of a normal variable is above two standard errors: 5 of 200, with a standard deviation of 2.2.
        assertThat(fakes).isLessThan(13);
    }

    @Test
    void isExactOnTwoBatches() {
        // Gradients (3, 0) and (1, 0): the product of the two estimates |G|², half their squared difference the trace.
        GradientNoise noise = GradientNoise.of((9 + 1) / 2.0, 4, 2);
        assertThat(noise.gradientSquare()).isCloseTo(3, within(1e-12));
        assertThat(noise.trace()).isCloseTo(2, within(1e-12));
        assertThat(noise.scale()).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void hasNoScaleWhereNoiseLeavesNothingOfTheGradient() {
        assertThat(GradientNoise.of(1, 0, 2).scale()).isNull();
    }
}
