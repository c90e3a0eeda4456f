package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.law.Chinchilla;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimeTest {
    /** As Sardana et al. 2023 use it, with their rounded exponents. */
    private static final Chinchilla LAW = new Chinchilla(1.69, 406.4, 410.7, 0.336, 0.283);

    /** A 13B model on its optimal 576B tokens that serves 2T: about 6.97B serves its loss cheapest, for 17.4 % less. */
    @Test
    void findsTheSmallerModelThatServesAnOptimalOnesLossCheapest() {
        double tokens = 576.4856e9;
        assertThat(LAW.optimalParams(6 * 13e9 * tokens)).isCloseTo(13e9, within(1e4));
        Lifetime lifetime = Lifetime.of(LAW, 13e9, tokens, 2e12);
        assertThat(lifetime.optimalParams()).isCloseTo(6.97e9, within(0.01e9)); // the last digit given
        assertThat(1 - lifetime.optimalFlops() / lifetime.flops()).isCloseTo(0.174, within(0.0005));
    }

    @Test
    void withoutTrafficTheComputeOptimalModelIsCheapest() {
        double params = LAW.optimalParams(1e22) / 3;
        double tokens = 1e22 / (6 * params);
        Lifetime lifetime = Lifetime.of(LAW, params, tokens, 0);
        double equivalent = LAW.equivalentFlops(LAW.loss(params, tokens));
        // Around its minimum the cost is flat: a size is known to the root of the cost's precision.
        assertThat(lifetime.optimalParams()).isCloseTo(LAW.optimalParams(equivalent), within(1e-4 * params));
        assertThat(lifetime.optimalFlops()).isCloseTo(equivalent, within(1e-9 * equivalent));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.9})
    void atBreakEvenBothModelsCostTheSame(double share) {
        double params = share * LAW.optimalParams(1e22);
        double tokens = 1e22 / (6 * params);
        double loss = LAW.loss(params, tokens);
        double equivalent = LAW.equivalentFlops(loss);
        double served = Lifetime.of(LAW, params, tokens, 0).breakEvenTokens();
        double optimal = equivalent + 2 * LAW.optimalParams(equivalent) * served;
        assertThat(6 * params * tokens + 2 * params * served).isCloseTo(optimal, within(1e-9 * optimal));
        assertThat(served).isPositive();
    }

    @Test
    void noTrafficPaysForAModelLargerThanOptimal() {
        double params = 2 * LAW.optimalParams(1e22);
        assertThat(Lifetime.of(LAW, params, 1e22 / (6 * params), 1e13).breakEvenTokens())
                .isNull();
    }

    @Test
    void tokensToReachInvertsTheLoss() {
        assertThat(LAW.tokensToReach(7e9, LAW.loss(7e9, 3e11))).isCloseTo(3e11, within(3e3)); // 1e-8, conditioning
        assertThat(LAW.tokensToReach(7e9, 1.7)).isInfinite();
    }

    @Test
    void leastFlopsOfALossAreThoseOfItsCheapestModel() {
        Lifetime lifetime = Lifetime.of(LAW, 13e9, 576.4856e9, 2e12);
        assertThat(Lifetime.leastFlops(LAW, LAW.loss(13e9, 576.4856e9), 2e12)).isEqualTo(lifetime.optimalFlops());
    }
}
