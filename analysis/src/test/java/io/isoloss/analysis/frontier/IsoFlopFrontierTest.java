package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.PublishedRuns;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoFlopFrontierTest {
    private static final double[] BUDGETS = {1e18, 1e19, 1e20, 1e21, 1e22};

    @Test
    void findsTheMinimaOfAKnownSurface() {
        IsoFlopFrontier frontier = IsoFlopFrontier.of(Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0), 200, 1);
        assertThat(frontier.profiles()).hasSize(5).allMatch(IsoFlopProfile::usable);
        // the surface is no parabola: with sizes evenly about the optimum a cubic term shifts the vertex by some per
        // cent,
        // by as much at each budget, so that the exponent stays
        assertThat(frontier.paramsExponent().value()).isCloseTo(Surfaces.CHINCHILLA.paramsExponent(), within(5e-3));
        assertThat(frontier.paramsExponent().value() + frontier.tokensExponent().value())
                .isCloseTo(1, within(1e-12));
        FrontierPoint point = frontier.at(List.of(1e20)).get(0);
        assertThat(point.params().value() / Surfaces.CHINCHILLA.optimalParams(1e20))
                .isCloseTo(1, within(0.1));
        assertThat(point.extrapolated()).isFalse();
        assertThat(frontier.at(List.of(1e24)).get(0).extrapolated()).isTrue();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void bothApproachesAgreeOnASurfaceThatTheLawFits(long seed) {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, seed);
        IsoFlopFrontier two = IsoFlopFrontier.of(points, 400, seed);
        ParametricFrontier three = ParametricFrontier.of(
                LawFit.fit(Chinchilla.FORM, points, new FitOptions(1e-3, 100, seed))
                        .fitted(),
                List.of(1e20, 1e24));
        assertThat(two.paramsExponent().value())
                .isBetween(two.paramsExponent().low(), two.paramsExponent().high());
        Agreement agreement = Agreement.between(two, three);
        assertThat(agreement.verdict()).as(agreement.sentence()).isEqualTo("agree");
        FrontierPoint near = three.points().get(0);
        assertThat(Surfaces.CHINCHILLA.optimalLoss(1e20))
                .isBetween(near.loss().low() - .01, near.loss().high() + .01);
        assertThat(three.points().get(1).extrapolated()).isTrue();
    }

    /**
     * Exponents of a published fit of parabolas, in N and in D, through every budget: to the digits published. Our frontier
     * leaves out budgets whose curvature is not beyond doubt, one each, which moves a by up to .022.
     */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"ml_scalefit,.5134,.4879", "epochai_chinchilla,.4951,.5049", "marin_comma,.4049,.5724"})
    void matchesPublishedParabolaExponents(String table, double params, double tokens) {
        List<Observation> points = PublishedRuns.read("isoflops/" + table + ".isoflops.csv", Map.of());
        List<List<Observation>> budgets = Budgets.of(points);
        assertThat(throughAll(budgets, Observation::params)).isCloseTo(params, within(5.1e-5));
        assertThat(throughAll(budgets, Observation::tokens)).isCloseTo(tokens, within(5.1e-5));
        IsoFlopFrontier frontier = IsoFlopFrontier.of(points, 400, 1);
        assertThat(frontier.supported()).as(frontier.failure()).isTrue();
        assertThat(frontier.paramsExponent().value()).isCloseTo(params, within(.025));
    }

    static double throughAll(List<List<Observation>> budgets, ToDoubleFunction<Observation> variable) {
        return PowerLine.through(
                        budgets.stream()
                                .mapToDouble(b -> Math.log(b.get(0).budgetFlops()))
                                .toArray(),
                        budgets.stream()
                                .mapToDouble(b -> ProfileMinimum.parabola(b, variable, new LossNoise.Pooled(0, 0))
                                        .log())
                                .toArray())
                .exponent();
    }

    @Test
    void saysWhichSizesToAddWhereTheMinimumIsNotInterior() {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0, BUDGETS, 4);
        IsoFlopFrontier frontier = IsoFlopFrontier.of(points, 10, 1);
        assertThat(frontier.supported()).isFalse();
        assertThat(frontier.profiles())
                .allSatisfy(profile -> assertThat(profile.failure())
                        .startsWith("minimum lies below the smallest size: add sizes below"));
        assertThatThrownBy(() -> frontier.at(List.of(1e20)))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("Only 0 of 5 budgets show a minimum");
    }

    @Test
    void refusesDownwardCurvature() {
        List<Observation> points = new ArrayList<>();
        double[] losses = {3.1, 2.9, 3.4, 3.4, 2.95, 3.2};
        for (int i = 0; i < losses.length; i++) {
            double params = 1e6 * Math.pow(2, i);
            points.add(new Observation("p", params, 1e18 / (6 * params), 1e18, 1e18, losses[i], null));
        }
        IsoFlopProfile profile = profile(points);
        assertThat(profile.usable()).isFalse();
        assertThat(profile.params().value()).isNull();
        assertThat(profile.failure()).contains("does not bend upward");
    }

    @Test
    void refusesThreePoints() {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0).subList(2, 5);
        assertThat(profile(points).failure()).contains("need 4 points");
    }

    @Test
    void groupsByNearlyEqualComputeWhereNoBudgetIsStated() {
        Random random = new Random(1);
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0).stream()
                .map(p ->
                        Observation.of(p.name(), p.params(), p.tokens() * (1 + .01 * random.nextGaussian()), p.loss()))
                .toList();
        IsoFlopFrontier frontier = IsoFlopFrontier.of(points, 10, 1);
        assertThat(frontier.profiles()).hasSize(5);
        assertThat(frontier.profiles().get(2).flops() / 1e20).isCloseTo(1, within(.02));
    }

    private static IsoFlopProfile profile(List<Observation> points) {
        return IsoFlopProfile.of(points, IsoFlopOptions.DEFAULT, new LossNoise.Stated(1e-3), SeedDraws.of(1));
    }
}
