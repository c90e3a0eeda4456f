package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.FitOptions.Method;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Shape;
import io.isoloss.analysis.law.Variable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts, minima, what is certified of them, and the projection that leads to them. */
class SearchTest {
    private static final List<Sample> SURFACE =
            Sample.of(Chinchilla.FORM, Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 4));

    private static Search search(LawForm form, List<Sample> samples, Rho rho, Method method) {
        return new Search(
                new ObjectiveSurface(form, Points.of(samples, new FitOptions(1e-3, 0, 0)), rho, Residuals.LOG), method);
    }

    private static double[] even(int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        return weights;
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void bothMethodsFindOneMinimum(Method method) {
        Search search = search(Chinchilla.FORM, SURFACE, Rho.huber(1e-3), method);
        Search.Minima minima = search.minima(even(35));
        Search.Found best = minima.best();
        assertThat(minima.found()).hasSize(method == Method.GRID ? 4 : 3);
        assertThat(minima.found()).extracting(Search.Found::second).contains(true, false);
        assertThat(best.value())
                .isEqualTo(minima.found().stream()
                        .mapToDouble(Search.Found::value)
                        .min()
                        .orElseThrow());
        assertThat(minima.secondValue()).isBetween(best.value() * (1 - 1e-12), best.value() * 1.01);
        assertThat(search.stationary(best)).isTrue();
        assertThat(search.gradientNorm(best)).isLessThan(1e-9);
        assertThat(((Chinchilla) search.law(best.at())).alpha()).isCloseTo(0.35, within(0.05)); // 3 standard errors
        Certificate certificate = Certificate.of(minima, 0.25);
        assertThat(certificate.starts()).isEqualTo(minima.found().size());
        assertThat(certificate.agreeing()).isEqualTo((int) minima.found().stream()
                .filter(f -> f.value() <= best.value() * (1 + 1e-9))
                .count());
        assertThat(certificate.agreeing()).isGreaterThan(1);
        assertThat(certificate.gap()).isCloseTo(Math.max(0, minima.secondValue() / best.value() - 1), within(1e-15));
        assertThat(certificate.gradientNorm()).isEqualTo(0.25);
        assertThat(certificate.conditionNumber()).isBetween(10.0, 1e7);
    }

    @Test
    void aReFitIsThatOfItsWeights() {
        Search search = search(Chinchilla.FORM, SURFACE, Rho.squares(), Method.VARIABLE_PROJECTION);
        double[] half = even(35);
        for (int i = 20; i < 35; i++) {
            half[i] = 0;
        }
        Chinchilla one = (Chinchilla) search.refit(half);
        Search alone = search(Chinchilla.FORM, SURFACE.subList(0, 20), Rho.squares(), Method.VARIABLE_PROJECTION);
        Chinchilla other = (Chinchilla) alone.law(alone.minima(even(20)).best().at());
        assertThat(one.alpha()).isCloseTo(other.alpha(), within(1e-6)); // polished to 1e-11, conditioned by 1e4
        assertThat(one.E()).isCloseTo(other.E(), within(1e-6));
    }

    @Test
    void aReFitThatLosesATermIsNone() {
        List<Sample> flat = SURFACE.stream()
                .map(s -> new Sample(s.name(), s.x(), 2 + 300 * Math.pow(s.x()[0], -0.4), null, null, null))
                .toList();
        assertThat(search(Chinchilla.FORM, flat, Rho.squares(), Method.VARIABLE_PROJECTION)
                        .refit(even(35)))
                .isNull();
    }

    @Test
    void coordinatesWithoutInfluenceHaveEscapedButTheFloor() {
        Search search = search(Chinchilla.FORM, SURFACE, Rho.squares(), Method.VARIABLE_PROJECTION);
        double[] at = search.surface().coordinates(new double[] {1e-300, 480, 1e-300}, new double[] {0.35, 10});
        Search.Found found = new Search.Found(at, search.surface().expand(at, even(35)), false);
        assertThat(new Escape(search.surface(), found).coordinates()).isEqualTo(Set.of(2, 4));
        at = search.surface().coordinates(new double[] {1.8, 480, 2100}, new double[] {1e-3, 0.37});
        found = new Search.Found(at, search.surface().expand(at, even(35)), false);
        assertThat(new Escape(search.surface(), found).coordinates()).isEqualTo(Set.of(3));
        at = search.surface().coordinates(new double[] {1.8, 480, 2100}, new double[] {0.35, 0.37});
        found = new Search.Found(at, search.surface().expand(at, even(35)), false);
        assertThat(new Escape(search.surface(), found).coordinates()).isEmpty();
    }

    @Test
    void aFloorOfNothingIsStationaryWhereALargerOneCostsMore() {
        Search search = search(Chinchilla.FORM, SURFACE, Rho.squares(), Method.VARIABLE_PROJECTION);
        double[] at = search.surface().coordinates(new double[] {1.8, 480, 2100}, new double[] {0.35, 0.37});
        at[0] = Double.NEGATIVE_INFINITY;
        ObjectiveSurface.Expansion expansion = search.surface().expand(at, even(35));
        Arrays.fill(expansion.gradient, 0);
        assertThat(expansion.slopeInFloor).isNegative();
        assertThat(search.stationary(new Search.Found(at, expansion, false))).isFalse();
        expansion.slopeInFloor = 0;
        assertThat(search.stationary(new Search.Found(at, expansion, false))).isTrue();
        expansion.gradient[1] = expansion.terms[1];
        assertThat(search.stationary(new Search.Found(at, expansion, false))).isFalse();
    }

    /** Eigenvalues 3 and 1 of [[2,1],[1,2]], in units that scale the first coordinate by 10. */
    @Test
    void theConditionNumberIsThatOfTheScaledHessian() {
        ObjectiveSurface.Expansion expansion = new ObjectiveSurface.Expansion(2);
        expansion.value = 1;
        expansion.hessian[0] = new double[] {200, 10};
        expansion.hessian[1] = new double[] {10, 2};
        expansion.scale[0] = 100;
        expansion.scale[1] = 1;
        Search.Found found = new Search.Found(new double[2], expansion, false);
        Search.Found worse = new Search.Found(new double[2], raised(1 + 3e-9), true);
        Search.Found near = new Search.Found(new double[2], raised(1 + 3e-10), true);
        Certificate certificate = Certificate.of(new Search.Minima(List.of(worse, found, near), 1.5), 0);
        assertThat(certificate.conditionNumber()).isCloseTo(3, within(1e-12)); // rounding
        assertThat(certificate.starts()).isEqualTo(3);
        assertThat(certificate.agreeing()).isEqualTo(2);
        assertThat(certificate.gap()).isCloseTo(0.5, within(1e-12));
        double[] flattest = Certificate.flattest(found);
        assertThat(Math.abs(flattest[0])).isCloseTo(Math.sqrt(0.5), within(1e-12));
        assertThat(flattest[0] * flattest[1]).isCloseTo(-0.5, within(1e-12));
        expansion.hessian[1][1] = 0.1;
        assertThat(Certificate.of(new Search.Minima(List.of(found), 0.9), 0).conditionNumber())
                .isNull();
        assertThat(Certificate.of(new Search.Minima(List.of(found), 0.9), 0).gap())
                .isZero();
        expansion.scale[0] = 0;
        assertThat(Certificate.of(new Search.Minima(List.of(found), 1), 0).conditionNumber())
                .isNull();
    }

    private static ObjectiveSurface.Expansion raised(double value) {
        ObjectiveSurface.Expansion expansion = new ObjectiveSurface.Expansion(2);
        expansion.value = value;
        return expansion;
    }

    static Stream<Arguments> projections() {
        return Stream.of(FormCase.values())
                .flatMap(form -> Stream.of(Residuals.values())
                        .flatMap(residuals -> Stream.of(Rho.squares(), Rho.huber(0.05), Rho.absolute())
                                .map(rho -> Arguments.of(form, residuals, rho))));
    }

    /** On points that lie on the law the best node is one of the nearest to its shapes, and its scales are about right. */
    @ParameterizedTest
    @MethodSource("projections")
    void theProjectionLeadsNearTheLaw(FormCase form, Residuals residuals, Rho rho) {
        ScalingLaw law = form.form().law(form.scales(), form.theta());
        List<Sample> exact = form.samples().stream()
                .map(s -> new Sample(s.name(), s.x(), law.predict(s.x()), null, null, null))
                .toList();
        ObjectiveSurface surface = new ObjectiveSurface(
                form.form(), Points.of(exact, new FitOptions(1e-3, 0, 0).with(rho, residuals)), rho, residuals);
        List<ProfileGrid.Node> nodes = new ProfileGrid(surface).best(form.weights(), 3);
        assertThat(nodes).hasSizeBetween(1, 3);
        assertThat(nodes).isSortedAccordingTo(Comparator.comparingDouble(ProfileGrid.Node::value));
        double[] at = nodes.get(0).at();
        double squares = 0;
        double[] r = surface.residuals(at);
        for (int i = 0; i < r.length; i++) {
            double y = exact.get(i).y();
            squares += Math.pow(residuals == Residuals.LOG ? r[i] : r[i] / y, 2);
        }
        // nodes lie some per cent to a third apart in each shape, and scales make up for most of it
        assertThat(Math.sqrt(squares / r.length)).isLessThan(0.06);
        for (int j = 0; j < form.theta().length; j++) {
            Shape shape = form.form().shapes().get(j);
            assertThat(at[at.length - form.theta().length + j]).isBetween(shape.low(), shape.high());
        }
        // to first order the node's value is that of the surface
        if (residuals == Residuals.PLAIN && rho.kind() != Rho.Kind.LAD) {
            assertThat(nodes.get(0).value())
                    .isCloseTo(
                            surface.value(at, form.weights()),
                            within(0.02 * surface.value(at, form.weights()) + 1e-12)); // terms raised from nothing
        }
    }

    /** A grid of 64 exponents from .02 to 2 in equal ratios; with one exponent on the grid, exact. */
    @Test
    void aNodeOnTheLawIsExact() {
        double alpha = 0.02 * Math.pow(100, 30 / 63.0);
        ScalingLaw law = new PowerLaw(Variable.PARAMS, 30, alpha);
        List<Sample> exact = FormCase.POWER_LAW.samples().stream()
                .map(s -> new Sample(s.name(), s.x(), law.predict(s.x()), null, null, null))
                .toList();
        ObjectiveSurface surface = new ObjectiveSurface(
                PowerLaw.form(Variable.PARAMS),
                Points.of(exact, new FitOptions(1e-3, 0, 0)),
                Rho.huber(1e-3),
                Residuals.LOG);
        ProfileGrid.Node node =
                new ProfileGrid(surface).best(even(exact.size()), 1).get(0);
        assertThat(node.value()).isLessThan(1e-20);
        assertThat(node.at()[1]).isCloseTo(alpha, within(1e-12));
        assertThat(surface.scales(node.at())[0]).isCloseTo(30, within(1e-9)); // logs of 20 times alpha
    }
}
