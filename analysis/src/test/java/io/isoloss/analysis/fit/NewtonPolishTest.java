package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both descents, on the same surfaces. */
class NewtonPolishTest {
    static Stream<Arguments> cases() {
        return Stream.of(FormCase.POWER_LAW, FormCase.CHINCHILLA, FormCase.KAPLAN, FormCase.EXPONENTIAL_ERROR)
                .flatMap(form -> Stream.of(Residuals.values())
                        .flatMap(residuals -> Stream.of(Rho.squares(), Rho.huber(0.05), Rho.asymmetric(0.05, 0.3))
                                .map(rho -> Arguments.of(form, residuals, rho))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsWhereTheGradientIsNothingAndLbfgsNoLower(FormCase form, Residuals residuals, Rho rho) {
        ObjectiveSurface surface = form.surface(rho, residuals);
        double[] weights = form.weights();
        NewtonPolish polish = new NewtonPolish(surface, weights);
        double[] end = polish.descend(form.at(surface)).at();
        Expansion there = surface.expand(end, weights);
        assertThat(NewtonPolish.relativeGradient(there, polish.held(end, there)))
                .isLessThan(1e-8); // rounding on the flattest of them
        double[] other = new Lbfgs(surface, weights).descend(form.at(surface));
        // first-order steps end within a millionth of the least value
        assertThat(surface.value(other, weights)).isBetween(there.value * (1 - 1e-9), there.value * (1 + 1e-6));
        assertThat(there.value).isLessThan(surface.value(form.at(surface), weights));
    }

    /** A power law under squares of logs is linear: regression by hand. */
    @Test
    void findsTheRegressionLine() {
        FormCase form = FormCase.POWER_LAW;
        ObjectiveSurface surface = form.surface(Rho.squares(), Residuals.LOG);
        double[] weights = form.weights();
        double[] line = regression(form.samples(), weights);
        for (double[] end : List.of(
                new NewtonPolish(surface, weights).descend(new double[] {5, 1}).at(),
                new Lbfgs(surface, weights).descend(new double[] {5, 1}))) {
            PowerLaw law = (PowerLaw) form.form().law(surface.scales(end), surface.theta(end));
            assertThat(law.alpha()).isCloseTo(-line[1], within(1e-8)); // where L-BFGS sees no more drop
            assertThat(Math.log(law.A())).isCloseTo(line[0], within(1e-6)); // 17 times further from the points
        }
    }

    static double[] regression(List<Sample> samples, double[] weights) {
        double w = 0;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < weights.length; i++) {
            w += weights[i];
            meanX += weights[i] * Math.log(samples.get(i).x()[0]);
            meanY += weights[i] * Math.log(samples.get(i).y());
        }
        meanX /= w;
        meanY /= w;
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < weights.length; i++) {
            double x = Math.log(samples.get(i).x()[0]) - meanX;
            xx += weights[i] * x * x;
            xy += weights[i] * x * (Math.log(samples.get(i).y()) - meanY);
        }
        return new double[] {meanY - xy / xx * meanX, xy / xx, xx};
    }

    /** A loss that rises with N drives alpha to its least, .001. */
    @ParameterizedTest
    @EnumSource(Residuals.class)
    void holdsABoundThatTheObjectivePushesAgainst(Residuals residuals) {
        ScalingLaw rising = new PowerLaw(Variable.PARAMS, 1, 0.2);
        List<Sample> samples = new ArrayList<>();
        for (double n = 1e6; n < 1e9; n *= 3) {
            samples.add(new Sample("p", new double[] {n}, 1 / rising.predict(n), null, null, null));
        }
        Points points = Points.of(samples, new FitOptions(1e-3, 0, 0).with(Rho.squares(), residuals));
        ObjectiveSurface surface =
                new ObjectiveSurface(PowerLaw.form(Variable.PARAMS), points, Rho.squares(), residuals);
        NewtonPolish polish = new NewtonPolish(surface, points.weights());
        for (double[] end : List.of(
                polish.descend(new double[] {3, 0.5}).at(),
                new Lbfgs(surface, points.weights()).descend(new double[] {3, 0.5}))) {
            assertThat(end[1]).isEqualTo(1e-3);
            Expansion there = surface.expand(end, points.weights());
            assertThat(polish.held(end, there)).containsExactly(false, true);
            assertThat(there.gradient[1]).isPositive();
            assertThat(NewtonPolish.relativeGradient(there, new boolean[2])).isGreaterThan(0.1);
            assertThat(new Escape(surface, new Search.Found(end, there, false)).coordinates())
                    .containsExactly(1);
        }
    }

    @Test
    void aFloorThatVanishesIsHeldAtNothing() {
        List<Sample> samples = new ArrayList<>();
        for (Sample s : FormCase.CHINCHILLA.samples()) {
            double y = 480 * Math.pow(s.x()[0], -0.35) + 2100 * Math.pow(s.x()[1], -0.37) - 0.02;
            samples.add(new Sample("p", s.x(), y, null, null, null));
        }
        Points points = Points.of(samples, new FitOptions(1e-3, 0, 0));
        ObjectiveSurface surface =
                new ObjectiveSurface(FormCase.CHINCHILLA.form(), points, Rho.squares(), Residuals.LOG);
        double[] end = new NewtonPolish(surface, points.weights())
                .descend(surface.coordinates(new double[] {0.1, 480, 2100}, new double[] {0.35, 0.37}))
                .at();
        assertThat(end[0]).isEqualTo(Double.NEGATIVE_INFINITY);
        Expansion there = surface.expand(end, points.weights());
        assertThat(there.slopeInFloor).isPositive();
        assertThat(there.gradient).containsExactly(new double[5], within(1e-9)); // of terms near 1
    }

    @Test
    void stagesEndAtAMinimumOfTheLastOne() {
        FormCase form = FormCase.CHINCHILLA;
        ObjectiveSurface surface = form.surface(Rho.huber(1e-3), Residuals.LOG);
        double[] weights = form.weights();
        NewtonPolish polish = new NewtonPolish(surface, weights);
        double[] staged = polish.descendInStages(form.at(surface), 0.1).at();
        Expansion there = surface.expand(staged, weights);
        assertThat(NewtonPolish.relativeGradient(there, polish.held(staged, there)))
                .isLessThan(1e-7); // what a certificate asks for
        assertThat(there.value)
                .isLessThanOrEqualTo(
                        surface.value(polish.descend(form.at(surface)).at(), weights) * 1.2);
    }

    @Test
    void theRelativeGradientIsTheLargestFreeShare() {
        Expansion expansion = new Expansion(3);
        System.arraycopy(new double[] {-3, 1, 8}, 0, expansion.gradient, 0, 3);
        System.arraycopy(new double[] {6, 0, 8}, 0, expansion.terms, 0, 3);
        assertThat(NewtonPolish.relativeGradient(expansion, new boolean[] {false, false, true}))
                .isEqualTo(0.5);
        assertThat(NewtonPolish.relativeGradient(expansion, new boolean[3])).isEqualTo(1);
        boolean[] all = new boolean[3];
        Arrays.fill(all, true);
        assertThat(NewtonPolish.relativeGradient(expansion, all)).isZero();
    }
}
