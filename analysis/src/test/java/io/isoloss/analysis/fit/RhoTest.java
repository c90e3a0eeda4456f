package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RhoTest {
    private static final double ROUNDING = 1e-15; // of numbers near 1

    /** By hand, at delta 0.5; quantile 0.5 is Huber's, 0.25 tilts by 0.5 above the law and 1.5 below it. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0, 0, 0, 1, 1",
        "0.5, 0.4, 0.08, 0.4, 1, 1",
        "0.5, -0.4, 0.08, -0.4, 1, 1",
        "0.5, 0.5, 0.125, 0.5, 1, 1",
        "0.5, -0.5, 0.125, -0.5, 1, 1",
        "0.5, 2, 0.875, 0.5, 0, 0.25",
        "0.5, -2, 0.875, -0.5, 0, 0.25",
        "0.25, 0, 0, 0, 1.5, 1.5",
        "0.25, 0.4, 0.12, 0.6, 1.5, 1.5",
        "0.25, -0.4, 0.04, -0.2, 0.5, 0.5",
        "0.25, 2, 1.3125, 0.75, 0, 0.375",
        "0.25, -2, 0.4375, -0.25, 0, 0.125"
    })
    void costsAtBothSidesOfDelta(
            double quantile, double r, double value, double slope, double curvature, double weight) {
        Rho rho = Rho.asymmetric(0.5, quantile);
        assertThat(rho.value(r)).isCloseTo(value, within(ROUNDING));
        assertThat(rho.slope(r)).isCloseTo(slope, within(ROUNDING));
        assertThat(rho.curvature(r)).isCloseTo(curvature, within(ROUNDING));
        assertThat(rho.weight(r)).isCloseTo(weight, within(ROUNDING));
    }

    @Test
    void squaresNeverTurnLinear() {
        assertThat(Rho.squares().value(1e3)).isEqualTo(5e5);
        assertThat(Rho.squares().slope(-1e3)).isEqualTo(-1e3);
        assertThat(Rho.squares().weight(1e3)).isEqualTo(1);
        assertThat(Rho.squares().curvature(-1e3)).isEqualTo(1);
    }

    @Test
    void absoluteDeviationsWeighBySize() {
        // the smoothing lifts |r| by half of 1e-10, times 1e-10
        assertThat(Rho.absolute().value(-2) / Rho.absolute().delta()).isCloseTo(2, within(1e-9));
        assertThat(Rho.absolute().weight(4) / Rho.absolute().delta()).isCloseTo(0.25, within(ROUNDING));
    }

    @ParameterizedTest
    @CsvSource({"HUBER, sum, 1.83", "MSE, mean, 4.08", "LAD, sum, 4.4", "ASYMMETRIC, sum, 1.83"})
    void statesTheObjectiveByItsOwnReduction(Rho.Kind kind, String reduction, double objective) {
        Rho rho = new Rho(kind, kind == Rho.Kind.MSE ? Double.POSITIVE_INFINITY : 0.5, 0.5);
        // residual 0.4 once, -2 with weight 2
        assertThat(rho.objective(new double[] {0.4, -2}, new double[] {1, 2}))
                .isCloseTo(objective, within(10 * ROUNDING));
        assertThat(rho.reduction()).isEqualTo(reduction);
        assertThat(kind.toString()).isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void anotherDeltaKeepsKindAndTilt() {
        assertThat(Rho.asymmetric(0.5, 0.2).withDelta(2)).isEqualTo(Rho.asymmetric(2, 0.2));
        assertThat(Rho.huber(2).kind()).isEqualTo(Rho.Kind.HUBER);
        assertThat(Rho.squares().kind()).isEqualTo(Rho.Kind.MSE);
        assertThat(Rho.absolute().kind()).isEqualTo(Rho.Kind.LAD);
    }

    @Test
    void refusesADeltaOrQuantileOutOfRange() {
        assertThatThrownBy(() -> Rho.huber(0)).hasMessage("Invalid delta (want positive): 0.0");
        assertThatThrownBy(() -> Rho.huber(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Rho.asymmetric(1, 0)).hasMessageStartingWith("Invalid quantile");
        assertThatThrownBy(() -> Rho.asymmetric(1, 1)).hasMessageStartingWith("Invalid quantile");
    }
}
