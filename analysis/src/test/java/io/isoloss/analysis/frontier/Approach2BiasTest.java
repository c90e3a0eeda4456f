package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Approach2BiasTest {
    private static final double[] BUDGETS = {1e18, 1e19, 1e20, 1e21, 1e22};
    /** Near the exponents of Gadre et al. and of small models, where N and D differ much. */
    private static final Chinchilla ASYMMETRIC = new Chinchilla(1.8, 300, 8000, 0.3, 0.45);

    @Test
    void isNoneWhereEveryProfileIsLikeTheOthers() {
        // sizes at the same factors of the optimum, both terms fall alike: each vertex is off by the same factor
        Chinchilla law = new Chinchilla(1.8, 400, 400, 0.34, 0.34);
        Approach2Bias bias = bias(law, law, new double[] {0, 0, 0, 0, 0}, Minimum.PARABOLA);
        assertThat(bias.lawExponent()).isCloseTo(.5, within(1e-12));
        // the rounding of five logs and a solve
        assertThat(bias.bias()).isCloseTo(0, within(1e-9));
        assertThat(bias.expectedExponent()).isCloseTo(.5, within(1e-9));
    }

    @ParameterizedTest
    @EnumSource(Minimum.class)
    void isWhatApproachTwoMissesOnNoiseFreeRuns(Minimum minimum) {
        double[] shifts = {-1, -.5, 0, .5, 1};
        List<Observation> points = points(ASYMMETRIC, shifts, 0);
        IsoFlopFrontier frontier =
                IsoFlopFrontier.of(points, new IsoFlopOptions(minimum, new LossNoise.Stated(1e-9), 0, 0));
        Approach2Bias bias = Approach2Bias.of(frontier, ASYMMETRIC);
        assertThat(bias.lawExponent()).isCloseTo(ASYMMETRIC.paramsExponent(), within(1e-12));
        // the same losses, but for the rounding of the law
        assertThat(bias.expectedExponent()).isCloseTo(frontier.paramsExponent().value(), within(1e-9));
        assertThat(bias.bias()).isEqualTo(bias.expectedExponent() - bias.lawExponent());
    }

    @Test
    void isSaidToExceedTheIntervalWhereOffCentreSizesWander() {
        Approach2Bias bias = bias(ASYMMETRIC, ASYMMETRIC, new double[] {0, .5, 1, 1.5, 2}, Minimum.PARABOLA);
        // numpy's polyfit of the same design
        assertThat(bias.bias()).isCloseTo(.0234, within(5e-5));
        assertThat(bias.beyondInterval()).isTrue();
        assertThat(bias.sentence())
                .matches(
                        "With these sizes and budgets approach 2 would read a = 0\\.\\d{4} from a law with a = 0\\.6000: a"
                                + " bias of [+-]0\\.\\d{4}, more than the half-width 0\\.\\d{4} of its interval; prefer approach 3, or"
                                + " centre the sizes on the optimum and narrow their range\\.");
    }

    @Test
    void isSaidToLieWithinAWideInterval() {
        List<Observation> points = points(ASYMMETRIC, new double[] {0, 0, 0, 0, 0}, 0);
        IsoFlopFrontier frontier =
                IsoFlopFrontier.of(points, new IsoFlopOptions(Minimum.PARABOLA, new LossNoise.Stated(.05), 0, 0));
        Approach2Bias bias = Approach2Bias.of(frontier, ASYMMETRIC);
        assertThat(bias.beyondInterval()).isFalse();
        assertThat(bias.sentence()).containsPattern("within the half-width 0\\.\\d{4} of its interval\\.$");
    }

    @Test
    void isSaidWithoutAnInterval() {
        List<Observation> points = points(ASYMMETRIC, new double[] {0, 0, 0, 0, 0}, 0);
        IsoFlopFrontier frontier =
                IsoFlopFrontier.of(points, new IsoFlopOptions(Minimum.AKIMA, new LossNoise.Stated(.05), 0, 0));
        assertThat(frontier.paramsExponent().low()).isNull();
        Approach2Bias bias = Approach2Bias.of(frontier, ASYMMETRIC);
        assertThat(bias.beyondInterval()).isFalse();
        assertThat(bias.sentence()).endsWith("and its interval is open.");
    }

    @Test
    void saysWhereTheLawHasNoMinimumAmongTheSizes() {
        Chinchilla other = new Chinchilla(1.8, 1e-9, 8000, 0.01, 0.45);
        Approach2Bias bias = bias(ASYMMETRIC, other, new double[] {0, 0, 0, 0, 0}, Minimum.AKIMA);
        assertThat(bias.bias()).isNull();
        assertThat(bias.expectedExponent()).isNull();
        assertThat(bias.beyondInterval()).isTrue();
        assertThat(bias.sentence()).startsWith("Under the fitted law these sizes show no minimum");
    }

    @Test
    void refusesAFrontierThatIsNone() {
        IsoFlopFrontier none = IsoFlopFrontier.of(List.of(), 0, 0);
        assertThatThrownBy(() -> Approach2Bias.of(none, ASYMMETRIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid frontier (want a supported one): " + none.failure());
    }

    private static Approach2Bias bias(Chinchilla truth, Chinchilla law, double[] shifts, Minimum minimum) {
        IsoFlopOptions options = new IsoFlopOptions(minimum, new LossNoise.Stated(1e-3), 200, 1);
        return Approach2Bias.of(IsoFlopFrontier.of(points(truth, shifts, 1e-3), options), law);
    }

    /** Seven sizes a factor of two apart at each budget, {@code shifts} factors of two off the optimum. */
    private static List<Observation> points(Chinchilla law, double[] shifts, double noise) {
        List<Observation> points = new ArrayList<>();
        for (int i = 0; i < BUDGETS.length; i++) {
            points.addAll(Surfaces.isoFlops(law, noise, i, new double[] {BUDGETS[i]}, shifts[i]));
        }
        return points;
    }
}
