package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenyiAccountantTest {

    /**
     * Abadi et al. 2016, section 3: q = .01, σ = 4, δ = 1e-5 and 10,000 steps give "ε ≈ 1.26". The others are the table of
     * TensorFlow Privacy's MNIST tutorial: 60,000 examples, batches of 256, δ = 1e-5.
     */
    @ParameterizedTest
    @CsvSource({
        "0.01, 4, 10000, 1.26",
        "0.004266666666666667, 1.3, 3515, 1.19",
        "0.004266666666666667, 1.1, 14062, 3.01",
        "0.004266666666666667, 0.7, 10546, 7.10"
    })
    void epsilonIsThatPublished(double rate, double noise, long steps, double published) {
        assertThat(RenyiAccountant.epsilon(rate, noise, steps, 1e-5))
                .isCloseTo(published, within(0.01)); // printed to two decimals, at the best of slightly other orders
    }

    @Test
    void wholeDataEveryStepIsThePlainGaussianMechanism() {
        // Mironov 2017, proposition 7: ρ(α) = α / 2σ².
        assertThat(RenyiAccountant.divergence(1, 2, 7.5)).isEqualTo(7.5 / 8);
        assertThat(RenyiAccountant.divergence(1 - 1e-9, 2, 7.5)).isCloseTo(7.5 / 8, within(1e-6));
    }

    /** The two formulas against each other, and both against the integral they stand for. */
    @ParameterizedTest
    @CsvSource({"0.01, 1, 3", "0.1, 2, 8", "0.3, 0.8, 5", "0.02, 1.1, 20"})
    void divergenceIsItsIntegral(double rate, double noise, int order) {
        for (double at : new double[] {order, order - 0.5, order + 1e-6}) {
            double logMoment = RenyiAccountant.divergence(rate, noise, at) * (at - 1);
            // Simpson's rule over a smooth integrand that has fallen below 1e-20 at the ends.
            assertThat(Math.exp(logMoment)).isCloseTo(moment(rate, noise, at), within(1e-6 * Math.exp(logMoment)));
        }
    }

    @Test
    void moreNoiseFewerStepsAndSmallerSamplesGiveAwayLess() {
        double epsilon = RenyiAccountant.epsilon(0.02, 1.2, 1000, 1e-6);
        assertThat(RenyiAccountant.epsilon(0.02, 1.5, 1000, 1e-6)).isLessThan(epsilon);
        assertThat(RenyiAccountant.epsilon(0.02, 1.2, 500, 1e-6)).isLessThan(epsilon);
        assertThat(RenyiAccountant.epsilon(0.01, 1.2, 1000, 1e-6)).isLessThan(epsilon);
        assertThat(RenyiAccountant.epsilon(0.02, 1.2, 0, 1e-6)).isZero();
    }

    @Test
    void noNoiseIsRefused() {
        assertThatThrownBy(() -> RenyiAccountant.epsilon(0.1, 0, 10, 1e-5)).hasMessageStartingWith("Invalid privacy");
    }

    /** E over N(0, σ²) of ((1 − q) + q exp((2z − 1) / 2σ²))^α. */
    private static double moment(double q, double sigma, double order) {
        double from = -12 * sigma;
        double to = order + 12 * sigma;
        int cells = 40_000;
        double h = (to - from) / cells;
        double sum = 0;
        for (int i = 0; i <= cells; i++) {
            double z = from + i * h;
            double ratio = (1 - q) + q * Math.exp((2 * z - 1) / (2 * sigma * sigma));
            double density = Math.exp(-z * z / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI));
            sum += (i == 0 || i == cells ? 1 : i % 2 == 1 ? 4 : 2) * density * Math.pow(ratio, order);
        }
        return sum * h / 3;
    }
}
