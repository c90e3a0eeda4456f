package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;

/** Parabolas, lines and groups that approach 2 is made of, by hand. */
class ParabolaTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void findsTheVertexOfAParabola() {
        double[] x = {1, 2, 4, 7};
        double[] y = new double[4];
        for (int i = 0; i < 4; i++) {
            y[i] = 5 + 0.5 * (x[i] - 3) * (x[i] - 3);
        }
        Parabola parabola = new Parabola(x);
        double[] c = parabola.coefficients(y);
        assertThat(c[2]).isCloseTo(0.5, within(ROUNDING));
        assertThat(parabola.vertex(c)).isCloseTo(3, within(ROUNDING));
        assertThat(parabola.valueAtVertex(c)).isCloseTo(5, within(ROUNDING));
        for (int i = 0; i < 4; i++) {
            assertThat(parabola.predict(c, i)).isCloseTo(y[i], within(ROUNDING));
        }
    }

    /** x = -1, 0, 1, 2 times: X'X of (1, u, u^2) has u^2 sums 4, u^4 sums 4 and 6 points. */
    @Test
    void covarianceIsTheInverseOfTheNormalMatrix() {
        RealMatrix covariance = new Parabola(new double[] {9, 9, 10, 10, 11, 11}).unitCovariance();
        assertThat(covariance.getEntry(1, 1)).isCloseTo(1 / 4.0, within(ROUNDING));
        assertThat(covariance.getEntry(2, 2)).isCloseTo(6 / 8.0, within(ROUNDING)); // of [[6, 4], [4, 4]]
        assertThat(covariance.getEntry(0, 0)).isCloseTo(4 / 8.0, within(ROUNDING));
        assertThat(covariance.getEntry(0, 2)).isCloseTo(-4 / 8.0, within(ROUNDING));
        assertThat(covariance.getEntry(1, 2)).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void aLineThroughLogsIsThatOfLeastSquares() {
        PowerLine line = PowerLine.through(new double[] {0, 1, 2}, new double[] {1, 1, 4});
        assertThat(line.exponent()).isCloseTo(1.5, within(ROUNDING));
        assertThat(Math.log(line.coefficient())).isCloseTo(0.5, within(ROUNDING));
        assertThat(line.optimalParams(Math.exp(2))).isCloseTo(Math.exp(3.5), within(1e-10)); // 33 times rounding
    }

    private static Observation run(double flops, Double budget) {
        return new Observation("p", 1e6, 1e8, flops, budget, 3, null);
    }

    @Test
    void runsWithoutAStatedBudgetBelongToNoneWhereAnyIsStated() {
        List<List<Observation>> budgets =
                Budgets.of(List.of(run(3e18, 2e18), run(1e18, 1e18), run(1e18, null), run(9e17, 1e18)));
        assertThat(budgets).hasSize(2);
        assertThat(budgets.get(0)).extracting(Observation::flops).containsExactly(1e18, 9e17);
        assertThat(budgets.get(1)).hasSize(1);
    }

    @Test
    void otherwiseNeighboursWithinAFewPercentShareABudget() {
        List<List<Observation>> budgets =
                Budgets.of(List.of(run(1.04e18, null), run(1e18, null), run(1.08e18, null), run(1.2e18, null)));
        assertThat(budgets).hasSize(2);
        assertThat(budgets.get(0)).extracting(Observation::flops).containsExactly(1e18, 1.04e18, 1.08e18);
        assertThat(Budgets.of(List.of(run(1e18, null), run(1.06e18, null)))).hasSize(2);
    }

    /** Losses on 5 + .02 u^2 in u = ln N about N = 1e7, with a scatter that no parabola takes: +-s in the pattern 1 -3 3 -1. */
    private static List<Observation> profile(double curvature, double centre, double scatter) {
        double[] pattern = {1, -3, 3, -1};
        List<Observation> points = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            double u = 2 * i - 3;
            double params = 1e7 * Math.exp(u);
            double loss = 5 + curvature * (u - centre) * (u - centre) + scatter * pattern[i];
            points.add(new Observation("p", params, 1e18 / (6 * params), 1e18, 1e18, loss, null));
        }
        return points;
    }

    /** One degree of freedom: s^2 = 20 scatter^2; u = -3, -1, 1, 3 has u^2 sums 20 and centred u^4 sums 164 - 100 = 64. */
    @Test
    void theMinimumOfAProfileHasTheErrorOfTheDeltaMethod() {
        double scatter = 1e-3;
        IsoFlopProfile profile = IsoFlopProfile.of(profile(0.02, 0.5, scatter));
        assertThat(profile.usable()).isTrue();
        assertThat(profile.failure()).isNull();
        assertThat(profile.flops()).isEqualTo(1e18);
        assertThat(profile.curvature()).isCloseTo(0.02, within(ROUNDING));
        double s = scatter * Math.sqrt(20);
        assertThat(profile.curvatureStandardError()).isCloseTo(s / 8, within(ROUNDING));
        double centre = Math.log(profile.params().value() / 1e7);
        assertThat(centre).isCloseTo(0.5, within(1e-9)); // logs near 16 over a curvature of .02
        assertThat(profile.loss()).isCloseTo(5, within(1e-10));
        double error = s / 0.04 * Math.sqrt(1 / 20.0 + 4 * 0.25 / 64);
        assertThat(Math.log(profile.params().high() / profile.params().value()))
                .isCloseTo(1.959964 * error, within(1e-8)); // as the centre
        assertThat(Math.log(profile.params().value() / profile.params().low()))
                .isCloseTo(1.959964 * error, within(1e-8));
        assertThat(profile.tokens().value() * profile.params().value() * 6 / 1e18)
                .isCloseTo(1, within(ROUNDING));
        assertThat(profile.tokens().low() * profile.params().high() * 6 / 1e18).isCloseTo(1, within(ROUNDING));
        assertThat(profile.tokens().high() * profile.params().low() * 6 / 1e18).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void aProfileWithoutAMinimumSaysWhichSizesToAdd() {
        assertThat(IsoFlopProfile.of(profile(0.02, -4, 0)).failure())
                .isEqualTo("minimum lies below the smallest size: add sizes below 4.98e+05.");
        assertThat(IsoFlopProfile.of(profile(0.02, 4, 0)).failure())
                .isEqualTo("minimum lies above the largest size: add sizes above 2.01e+08.");
        // standard error s / 8 = sqrt(20) / 8 scatter: at 2 of them .02 is scatter .0179
        IsoFlopProfile flat = IsoFlopProfile.of(profile(0.02, 0, -0.0181));
        assertThat(flat.usable()).isFalse();
        assertThat(flat.params()).isEqualTo(Estimate.OPEN);
    }

    @Test
    void pointsOfNoCommonBudgetAreNoProfile() {
        List<Observation> points = new ArrayList<>();
        for (Observation p : profile(0.02, 0, 0)) {
            double tokens = p.tokens() * (points.size() == 3 ? 1.31 : 1);
            points.add(Observation.of("p", p.params(), tokens, p.loss()));
        }
        assertThat(IsoFlopProfile.of(points).failure())
                .isEqualTo("the points spread over C from 1.00e+18 to 1.31e+18: they lie on no common budget.");
        points.set(
                3,
                Observation.of(
                        "p",
                        points.get(3).params(),
                        points.get(3).tokens() / 1.02,
                        points.get(3).loss()));
        IsoFlopProfile near = IsoFlopProfile.of(points);
        assertThat(near.usable()).isTrue();
        assertThat(near.flops() / 1e18).isCloseTo(Math.pow(1.31 / 1.02, 0.25), within(1e-9)); // rounding of 6ND
    }

    /** The bootstrap of the line against the delta method of each minimum, carried through the line's weights. */
    @Test
    void theLineSpreadsAsItsMinimaDo() {
        List<Observation> points = Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 3);
        IsoFlopFrontier frontier = IsoFlopFrontier.of(points, 4000, 1);
        assertThat(frontier.profiles()).hasSize(5).allMatch(IsoFlopProfile::usable);
        double step = Math.log(10); // budgets are decades: weights -2..2 over 10 steps
        double variance = 0;
        for (int i = 0; i < 5; i++) {
            Estimate params = frontier.profiles().get(i).params();
            double error = Math.log(params.high() / params.low()) / 2 / 1.959964;
            variance += Math.pow((i - 2) / (10 * step) * error, 2);
        }
        // Student's t of 5 * 4 degrees in place of the normal: 2.086
        double reach = 2.086 * Math.sqrt(variance);
        Estimate exponent = frontier.paramsExponent();
        // residuals of 7 points drawn again are no normal noise: a tenth
        assertThat((exponent.high() - exponent.low()) / 2).isCloseTo(reach, within(0.1 * reach));
        assertThat(frontier.failedReplicates()).isZero();
        assertThat(frontier.replicates()).hasSize(4000);
        assertThat(frontier.tokensExponent().low()).isCloseTo(1 - exponent.high(), within(ROUNDING));
        FrontierPoint point = frontier.at(List.of(1e20)).get(0);
        assertThat(point.params().value()).isEqualTo(frontier.line().optimalParams(1e20));
        assertThat(point.tokens().value() * point.params().value() * 6 / 1e20).isCloseTo(1, within(ROUNDING));
        assertThat(point.loss()).isNull();
        assertThat(frontier.paramsCoefficient().value())
                .isEqualTo(frontier.line().coefficient());
        assertThat(frontier.at(List.of(1e18, 1e22, 0.9e18, 1.1e22)))
                .extracting(FrontierPoint::extrapolated)
                .containsExactly(false, false, true, true);
    }
}
