package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The objective against its definition, and its derivatives against central differences. */
class ObjectiveSurfaceTest {
    static Stream<Arguments> cases() {
        return Stream.of(
                        FormCase.POWER_LAW,
                        FormCase.CHINCHILLA,
                        FormCase.KAPLAN,
                        FormCase.M4,
                        FormCase.EXPONENTIAL_ERROR,
                        FormCase.DATA_CONSTRAINED)
                .flatMap(form -> Stream.of(Residuals.values())
                        .flatMap(residuals -> Stream.of(
                                        Rho.squares(), Rho.huber(0.03), Rho.absolute(), Rho.asymmetric(0.03, 0.2))
                                .map(rho -> Arguments.of(form, residuals, rho))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheWeightedSumOfCosts(FormCase form, Residuals residuals, Rho rho) {
        ObjectiveSurface surface = form.surface(rho, residuals);
        double[] at = form.at(surface);
        assertThat(surface.scales(at)).containsExactly(form.scales(), within(1e-9 * largest(form.scales())));
        assertThat(surface.theta(at)).containsExactly(form.theta());
        ScalingLaw law = form.form().law(form.scales(), form.theta());
        double[] weights = form.weights();
        double[] expected = form.samples().stream()
                .mapToDouble(s ->
                        residuals == Residuals.LOG ? Math.log(law.predict(s.x()) / s.y()) : law.predict(s.x()) - s.y())
                .toArray();
        // the logs of scales of up to e^30 are exact to 1e-14
        assertThat(surface.residuals(at)).containsExactly(expected, within(1e-12));
        double value = IntStream.range(0, expected.length)
                .mapToDouble(i -> weights[i] * rho.value(expected[i]))
                .sum();
        assertThat(surface.value(at, weights)).isCloseTo(value, within(1e-11 * value));
        assertThat(surface.expand(at, weights).value).isCloseTo(value, within(1e-11 * value));
        assertThat(surface.gradient(at, weights, new double[at.length])).isCloseTo(value, within(1e-11 * value));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientAndHessianAreTheDerivatives(FormCase form, Residuals residuals, Rho rho) {
        ObjectiveSurface surface = form.surface(rho, residuals);
        double[] at = form.at(surface);
        double[] weights = form.weights();
        Expansion expansion = surface.expand(at, weights);
        double[] gradient = new double[at.length];
        Arrays.fill(gradient, 7);
        surface.gradient(at, weights, gradient);
        double unit = largest(expansion.terms);
        assertThat(gradient).containsExactly(expansion.gradient, within(1e-12 * unit));
        for (int j = 0; j < at.length; j++) {
            double step = 1e-5;
            double[] above = at.clone();
            above[j] += step;
            double[] below = at.clone();
            below[j] -= step;
            // central differences err by step^2 and by 1e-16 / step of the value
            assertThat((surface.value(above, weights) - surface.value(below, weights)) / (2 * step))
                    .isCloseTo(expansion.gradient[j], within(1e-7 * unit));
            double[] gradientAbove = new double[at.length];
            double[] gradientBelow = new double[at.length];
            surface.gradient(above, weights, gradientAbove);
            surface.gradient(below, weights, gradientBelow);
            for (int k = 0; k < at.length; k++) {
                double slope = (gradientAbove[k] - gradientBelow[k]) / (2 * step);
                double scale = Math.max(unit, Math.sqrt(expansion.scale[j] * expansion.scale[k]));
                assertThat(expansion.hessian[j][k])
                        .as("d2/d%d d%d", j, k)
                        .isCloseTo(slope, within(1e-5 * scale)); // second derivatives of terms are differences too
                assertThat(expansion.hessian[k][j]).isEqualTo(expansion.hessian[j][k]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void scalesAndInfluencesAreThoseOfTheSlopes(FormCase form, Residuals residuals, Rho rho) {
        ObjectiveSurface surface = form.surface(rho, residuals);
        double[] at = form.at(surface);
        double[] weights = form.weights();
        Expansion expansion = surface.expand(at, weights);
        double[] r = surface.residuals(at);
        for (int j = 0; j < at.length; j++) {
            double[] above = at.clone();
            above[j] += 1e-5;
            double[] below = at.clone();
            below[j] -= 1e-5;
            double[] up = surface.residuals(above);
            double[] down = surface.residuals(below);
            double terms = 0;
            double scale = 0;
            double influence = 0;
            for (int i = 0; i < r.length; i++) {
                double slope = (up[i] - down[i]) / 2e-5;
                double y = form.samples().get(i).y();
                double logSlope = residuals == Residuals.LOG ? slope : slope / (r[i] + y);
                double least = Math.min(rho.delta(), 1e-4) / 10;
                terms += weights[i] * Math.max(Math.abs(rho.slope(r[i])), least) * Math.abs(slope);
                scale += weights[i] * rho.weight(r[i]) * slope * slope;
                influence = weights[i] == 0 ? influence : Math.max(influence, Math.abs(logSlope));
            }
            // central differences err by 1e-10, and at values of one point by 1e-16 / 1e-5
            assertThat(expansion.terms[j]).isCloseTo(terms, within(1e-7 * largest(expansion.terms)));
            assertThat(expansion.scale[j]).isCloseTo(scale, within(1e-7 * largest(expansion.scale)));
            assertThat(expansion.influence[j]).isCloseTo(influence, within(1e-7 * largest(expansion.influence)));
        }
    }

    @Test
    void aFloorOfNothingIsHeldThere() {
        ObjectiveSurface surface = FormCase.CHINCHILLA.surface(Rho.squares(), Residuals.LOG);
        double[] at = FormCase.CHINCHILLA.at(surface);
        double[] weights = FormCase.CHINCHILLA.weights();
        at[0] = Double.NEGATIVE_INFINITY;
        Expansion none = surface.expand(at, weights);
        assertThat(none.gradient[0]).isZero();
        assertThat(none.hessian[0][0]).isEqualTo(1);
        assertThat(none.hessian[0][1]).isZero();
        assertThat(none.scale[0]).isEqualTo(1);
        double small = 1e-6;
        at[0] = Math.log(small);
        // to first order: terms of second order are a millionth of it
        assertThat((surface.value(at, weights) - none.value) / small)
                .isCloseTo(none.slopeInFloor, within(1e-5 * Math.abs(none.slopeInFloor)));
        assertThat(none.slopeInFloor).isNegative();
    }

    @Test
    void anErrorBelowZeroIsNoPredictionAndCostsInfinitely() {
        ObjectiveSurface surface = FormCase.EXPONENTIAL_ERROR.surface(Rho.squares(), Residuals.LOG);
        double[] weights = FormCase.EXPONENTIAL_ERROR.weights();
        double[] at = surface.coordinates(new double[] {0.1, 50}, new double[] {0.9});
        assertThat(surface.value(at, weights)).isInfinite();
        assertThat(surface.gradient(at, weights, new double[3])).isInfinite();
        assertThat(surface.expand(at, weights).value).isInfinite();
    }

    @Test
    void anotherDeltaIsTheSameSurfaceUnderAnotherCost() {
        FormCase form = FormCase.CHINCHILLA;
        ObjectiveSurface one = form.surface(Rho.huber(0.03), Residuals.LOG);
        double[] at = form.at(one);
        assertThat(one.withDelta(0.01).value(at, form.weights()))
                .isEqualTo(form.surface(Rho.huber(0.01), Residuals.LOG).value(at, form.weights()));
        assertThat(one.withDelta(0.01).expand(at, form.weights()).gradient)
                .isEqualTo(form.surface(Rho.huber(0.01), Residuals.LOG).expand(at, form.weights()).gradient);
    }

    /** A centred scale stands for its term at the mean of ln x: in a power law of evenly weighted points the two do not mix. */
    @Test
    void centringUncouplesAScaleFromItsShape() {
        FormCase one = FormCase.POWER_LAW;
        ObjectiveSurface surface = one.surface(Rho.squares(), Residuals.LOG);
        double[] even = new double[one.samples().size()];
        Arrays.fill(even, 1);
        Expansion expansion = surface.expand(one.at(surface), even);
        assertThat(expansion.hessian[0][1]).isCloseTo(0, within(1e-9 * expansion.hessian[1][1]));
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
