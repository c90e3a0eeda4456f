package io.isoloss.analysis.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChinchillaTest {
    /** Hoffmann et al. 2022, equation 10. */
    private static final Chinchilla PUBLISHED = new Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28);

    @ParameterizedTest
    @ValueSource(doubles = {1e12, 1e18, 5.76e23})
    void optimumIsLowerThanItsNeighboursOnTheSameBudget(double flops) {
        double params = PUBLISHED.optimalParams(flops);
        for (double factor : new double[] {0.9, 1.1}) {
            assertThat(PUBLISHED.loss(params * factor, flops / (6 * params * factor)))
                    .isGreaterThan(PUBLISHED.optimalLoss(flops));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e12, 1e18, 5.76e23})
    void equivalentFlopsInvertsTheFrontier(double flops) {
        assertThat(PUBLISHED.equivalentFlops(PUBLISHED.optimalLoss(flops)) / flops)
                .isCloseTo(1, within(1e-9)); // pow of 1e23 loses about five digits of sixteen
    }

    @Test
    void exponentsAddUpToOne() {
        assertThat(PUBLISHED.paramsExponent() + PUBLISHED.tokensExponent()).isCloseTo(1, within(1e-15));
        assertThat(PUBLISHED.paramsExponent()).isCloseTo(0.28 / 0.62, within(1e-15));
    }

    @Test
    void noComputeReachesTheIrreducibleLoss() {
        assertThat(PUBLISHED.equivalentFlops(1.69)).isInfinite();
    }

    @Test
    void refusesANegativeScale() {
        assertThatThrownBy(() -> new Chinchilla(1, -1, 1, 1, 1))
                .hasMessage("Invalid A (want finite and positive): -1.0");
    }
}
