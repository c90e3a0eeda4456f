package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PointsTest {
    private static final FitOptions PLAIN = new FitOptions(1e-3, 0, 0);

    private static final List<Sample> SAMPLES = List.of(
            new Sample("a", new double[] {1, 2}, 2, 0.1, "one", null),
            new Sample("b", new double[] {3, 4}, 4, 0.1, "two", null),
            new Sample("c", new double[] {5, 6}, 3, 0.3, "one", null),
            new Sample("d", new double[] {7, 8}, 5, 0.5, null, null));

    @Test
    void countAlikeAndByThemselvesUnlessToldOtherwise() {
        Points points = Points.of(SAMPLES, PLAIN);
        assertThat(points.count()).isEqualTo(4);
        assertThat(points.x()[2]).containsExactly(5, 6);
        assertThat(points.y()).containsExactly(2, 4, 3, 5);
        assertThat(points.weights()).containsExactly(1, 1, 1, 1);
        assertThat(points.families()).containsExactly(0, 1, 2, 3);
        assertThat(points.familyCount()).isEqualTo(4);
    }

    @Test
    void familiesAreNumberedAsTheyComeAndAPointWithoutOneIsItsOwn() {
        Points points = Points.of(
                SAMPLES,
                new FitOptions(Rho.huber(1), Residuals.LOG, FitOptions.Method.VARIABLE_PROJECTION, false, true, 0, 0));
        assertThat(points.families()).containsExactly(0, 1, 0, 2);
        assertThat(points.familyCount()).isEqualTo(3);
    }

    /** Errors of log residuals .05, .025, .1, .1: weights 400, 1600, 100, 100 over their median 250. */
    @Test
    void weighByInverseVariancesOfLogResidualsOverTheirMedian() {
        assertThat(weights(Residuals.LOG))
                .containsExactly(new double[] {1.6, 6.4, 0.4, 0.4}, within(1e-12)); // squares of rounded quotients
    }

    /** Errors .1, .1, .3, .5: weights 100, 100, 11.1, 4 over their median 55.5. */
    @Test
    void weighByInverseVariancesOfPlainResidualsOverTheirMedian() {
        assertThat(weights(Residuals.PLAIN))
                .containsExactly(new double[] {1.8, 1.8, 0.2, 0.072}, within(1e-12)); // as above
    }

    private static double[] weights(Residuals residuals) {
        return Points.of(
                        SAMPLES,
                        new FitOptions(
                                Rho.huber(1), residuals, FitOptions.Method.VARIABLE_PROJECTION, true, false, 0, 0))
                .weights();
    }

    @Test
    void ofResponsesAboveZeroOnly() {
        assertThatThrownBy(() -> new Sample("a", new double[] {1}, 0, null, null, null))
                .hasMessage("Invalid response of a (want finite and positive): 0.0");
        assertThatThrownBy(() -> new Sample("a", new double[] {1}, Double.POSITIVE_INFINITY, null, null, null))
                .hasMessageContaining("Infinity");
    }
}
