package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Points of a law's frontier, of exact replicates. */
class ParametricPointsTest {
    private static final Chinchilla LAW = Surfaces.CHINCHILLA;
    private static final Chinchilla OTHER = new Chinchilla(1.9, 480, 2100, 0.3, 0.4);
    private static final FittedLaw FITTED = new FittedLaw(LAW, List.of(LAW, OTHER), 35, 1e18, 1e22, List.of());

    @Test
    void followsTheLawAndItsReplicates() {
        ParametricFrontier frontier = ParametricFrontier.of(FITTED, List.of(1e18, 1e20, 1e22, 2e22, 9e17));
        assertThat(frontier.paramsExponent().value()).isCloseTo(LAW.paramsExponent(), within(1e-12)); // rounding
        assertThat(frontier.tokensExponent().value()).isCloseTo(LAW.tokensExponent(), within(1e-12));
        double low = LAW.paramsExponent();
        double high = OTHER.paramsExponent();
        assertThat(frontier.paramsExponent().low()).isCloseTo(low + 0.025 * (high - low), within(1e-12));
        assertThat(frontier.points())
                .extracting(FrontierPoint::extrapolated)
                .containsExactly(false, false, false, true, true);
        FrontierPoint point = frontier.points().get(1);
        assertThat(point.flops()).isEqualTo(1e20);
        assertThat(point.params().value()).isEqualTo(LAW.optimalParams(1e20));
        assertThat(point.tokens().value()).isEqualTo(LAW.optimalTokens(1e20));
        assertThat(point.loss().value()).isEqualTo(LAW.optimalLoss(1e20));
    }

    @Test
    void aModelIsOfPositiveNumbers() {
        assertThatThrownBy(() -> new Model("m", 0, 1, null, null)).hasMessageStartingWith("Invalid params");
        assertThatThrownBy(() -> new Model("m", 1, Double.NaN, null, null)).hasMessageStartingWith("Invalid tokens");
        assertThatThrownBy(() -> new Model("m", 1, 1, -1.0, null)).hasMessageStartingWith("Invalid flops");
        assertThatThrownBy(() -> new Model("m", 1, 1, null, 0.0)).hasMessageStartingWith("Invalid loss");
        assertThat(new Model("m", 1, 2, 3.0, 4.0).named("n")).isEqualTo(new Model("n", 1, 2, 3.0, 4.0));
    }
}
