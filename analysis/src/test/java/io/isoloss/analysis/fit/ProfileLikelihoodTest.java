package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.junit.jupiter.api.Test;

/** A power law under squares of logs is a regression line, whose intervals have closed forms. */
class ProfileLikelihoodTest {
    private static final FormCase FORM = FormCase.POWER_LAW;
    private static final ObjectiveSurface SURFACE = FORM.surface(Rho.squares(), Residuals.LOG);
    private static final double[] WEIGHTS = even();
    private static final double[] LINE = NewtonPolishTest.regression(FORM.samples(), WEIGHTS);
    private static final double ALPHA = -LINE[1];
    private static final double[] BEST =
            new NewtonPolish(SURFACE, WEIGHTS).descend(FORM.at(SURFACE)).at();
    private static final int COUNT = WEIGHTS.length;
    private static final double SQUARES = 2 * SURFACE.value(BEST, WEIGHTS);
    /** Half width of the interval of alpha. */
    private static final double REACH = new TDistribution(COUNT - 2).inverseCumulativeProbability(0.975)
            * Math.sqrt(SQUARES / (COUNT - 2) / LINE[2]);

    private static double[] even() {
        double[] weights = new double[FORM.samples().size()];
        Arrays.fill(weights, 1);
        return weights;
    }

    private static ProfileLikelihood profile(ObjectiveSurface surface, double[] best) {
        return new ProfileLikelihood(surface, WEIGHTS, new Search.Found(best, surface.expand(best, WEIGHTS), false));
    }

    @Test
    void theIntervalOfALinearQuantityIsStudents() {
        Estimate alpha = profile(SURFACE, BEST).interval(at -> at[1]);
        assertThat(alpha.identified()).isTrue();
        assertThat(alpha.value()).isCloseTo(ALPHA, within(1e-10)); // of the polish
        // a constrained minimum is settled to 1e-5 of the statistic
        assertThat(alpha.low()).isCloseTo(ALPHA - REACH, within(1e-4 * REACH));
        assertThat(alpha.high()).isCloseTo(ALPHA + REACH, within(1e-4 * REACH));
    }

    @Test
    void theIntervalOfAFunctionIsTheFunctionOfTheInterval() {
        Estimate power = profile(SURFACE, BEST).interval(at -> Math.exp(30 * at[1]));
        // roots are interpolated linearly over a tenth of the critical one
        assertThat(Math.log(power.low()) / 30).isCloseTo(ALPHA - REACH, within(0.01 * REACH));
        assertThat(Math.log(power.high()) / 30).isCloseTo(ALPHA + REACH, within(0.01 * REACH));
        Estimate falling = profile(SURFACE, BEST).interval(at -> -2 * at[1]);
        assertThat(falling.low()).isCloseTo(-2 * (ALPHA + REACH), within(1e-3 * REACH));
    }

    /** Of the mean of ln y at the mean of ln x, whose variance is that of one point over their count. */
    @Test
    void theIntervalOfAMixtureOfCoordinatesFollowsTheirCovariance() {
        double x = FORM.samples().stream()
                .mapToDouble(s -> Math.log(s.x()[0]))
                .average()
                .orElseThrow();
        Estimate mean = profile(SURFACE, BEST)
                .interval(at -> Math.log(
                        FORM.form().law(SURFACE.scales(at), SURFACE.theta(at)).predict(Math.exp(x))));
        double reach = REACH * Math.sqrt(LINE[2] / COUNT);
        assertThat(mean.high() - mean.value()).isCloseTo(reach, within(1e-4 * reach)); // as above
        assertThat(mean.value() - mean.low()).isCloseTo(reach, within(1e-4 * reach));
    }

    @Test
    void anIntervalIsOpenWhereTheQuantityGoesNoFurther() {
        Estimate saturating = profile(SURFACE, BEST).interval(at -> Math.tanh(3 * (at[1] - ALPHA) / REACH));
        // tanh(3) is .995: one critical step away the slope is all but gone, and far beyond 1 nothing is reached
        assertThat(saturating.value()).isCloseTo(0, within(1e-9));
        Estimate oneSided = profile(SURFACE, BEST).interval(at -> -Math.log1p(Math.exp(-8 * (at[1] - ALPHA) / REACH)));
        assertThat(oneSided.low()).isCloseTo(-Math.log1p(Math.exp(8)), within(0.2)); // a bent interpolation
    }

    @Test
    void exactDataLeaveNoInterval() {
        List<Sample> exact = FORM.samples().stream()
                .map(s -> new Sample(
                        s.name(),
                        s.x(),
                        FORM.form().law(FORM.scales(), FORM.theta()).predict(s.x()),
                        null,
                        null,
                        null))
                .toList();
        ObjectiveSurface surface = new ObjectiveSurface(
                FORM.form(), Points.of(exact, new FitOptions(1e-3, 0, 0)), Rho.squares(), Residuals.LOG);
        Estimate alpha = profile(surface, FORM.at(surface)).interval(at -> at[1]);
        assertThat(alpha.low()).isCloseTo(0.2, within(1e-9)); // rounding
        assertThat(alpha.high()).isCloseTo(0.2, within(1e-9));
    }

    /** V - V_min = (alpha - best)^2 Sxx / 2, at factors of equal size up to the ends. */
    @Test
    void aProfileIsTheLeastObjectiveAtEachLevel() {
        Estimate ends = new Estimate(ALPHA, 0.9 * ALPHA, null, true);
        List<ProfileLikelihood.Level> levels = profile(SURFACE, BEST).around(at -> at[1], ends);
        assertThat(levels).hasSize(11);
        assertThat(levels.get(0).value()).isCloseTo(0.9 * ALPHA, within(1e-3 * ALPHA)); // a stiff spring, no wall
        assertThat(levels.get(4).value()).isCloseTo(Math.pow(0.9, 0.2) * ALPHA, within(1e-3 * ALPHA));
        assertThat(levels.get(5).value()).isCloseTo(ALPHA, within(1e-9));
        assertThat(levels.get(10).value()).isGreaterThan(1.5 * ALPHA); // the spring gives way to a bounded side
        for (ProfileLikelihood.Level level : levels) {
            double expected = (SQUARES + Math.pow(level.value() - ALPHA, 2) * LINE[2]) / 2;
            assertThat(level.objective()).isCloseTo(expected, within(1e-4 * expected)); // settled to 1e-5
        }
    }

    /**
     * Under Huber's cost the unit is E[psi^2] / E[psi']: of a location (a power law of one slope held by its points) the interval
     * tends to that of squares as delta grows, and stays within a half of it where delta cuts half of the residuals.
     */
    @Test
    void huberIntervalsTendToThoseOfSquares() {
        for (double delta : new double[] {10, 0.03}) {
            ObjectiveSurface surface = FORM.surface(Rho.huber(delta), Residuals.LOG);
            double[] best = new NewtonPolish(surface, WEIGHTS).descend(BEST).at();
            Estimate alpha = profile(surface, best).interval(at -> at[1]);
            double width = (alpha.high() - alpha.low()) / 2;
            assertThat(width / REACH).isCloseTo(1, within(delta == 10 ? 1e-4 : 0.5));
        }
    }
}
