package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What frontiers say to people, to the letter. */
class AgreementTest {

    @Test
    void agreesUpToTheRootOfTheSummedSquares() {
        // half-widths .03 and .04: .05
        Agreement within = between(new Estimate(.5, .47, .53, true), new Estimate(.5499, .5099, .5899, true));
        assertThat(within.verdict()).isEqualTo("agree");
        assertThat(within.sentence())
                .isEqualTo(
                        "The exponents of N_opt(C) agree within their intervals: 0.500 (0.470 to 0.530) from IsoFLOP minima,"
                                + " 0.550 (0.510 to 0.590) from the fitted law.");
        Agreement beyond = between(new Estimate(.5, .47, .53, true), new Estimate(.5501, .5101, .5901, true));
        assertThat(beyond.verdict()).isEqualTo("disagree");
        assertThat(beyond.sentence()).contains("disagree beyond their intervals");
    }

    @Test
    void saysWhatCannotBeCompared() {
        Estimate open = new Estimate(.5, null, null, true);
        Estimate closed = new Estimate(.5, .4, .6, true);
        for (Agreement agreement : List.of(between(open, closed), between(closed, open))) {
            assertThat(agreement.verdict()).isEqualTo("not-supported");
            assertThat(agreement.sentence())
                    .isEqualTo("The approaches cannot be compared: an exponent has no interval.");
        }
        IsoFlopFrontier none = IsoFlopFrontier.of(List.of(), 0, 0);
        assertThat(Agreement.between(none, parametric(closed)).sentence())
                .isEqualTo(
                        "IsoFLOP minima cannot confirm the law's frontier: Only 0 of 0 budgets show a minimum, and a line"
                                + " needs 3.");
    }

    @Test
    void profilesSayWhyTheyHaveNoMinimum() {
        List<Observation> full = budget(0);
        assertThat(profile(full.subList(0, 3), Minimum.PARABOLA).failure())
                .isEqualTo(
                        "3 points of 3 sizes cannot show a minimum: a parabola and its error need 4 points of 3 sizes.");
        assertThat(profile(full.subList(1, 5), Minimum.AKIMA).failure())
                .isEqualTo(
                        "4 different sizes or token counts carry no spline, which needs 5: add sizes or repeat seeds.");
        for (Minimum minimum : Minimum.values()) {
            assertThat(profile(budget(4), minimum).failure())
                    .as(minimum.toString())
                    .matches("minimum lies below the smallest size: add sizes below \\d\\.\\d\\de\\+\\d\\d\\.");
            assertThat(profile(budget(-4), minimum).failure())
                    .as(minimum.toString())
                    .matches("minimum lies above the largest size: add sizes above \\d\\.\\d\\de\\+\\d\\d\\.");
        }
        List<Observation> apart = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            apart.add(Observation.of("p" + i, 1e6 * (i + 1), 1e8, 3 - .1 * i));
        }
        assertThat(profile(apart, Minimum.PARABOLA).failure())
                .isEqualTo("points lie on no common budget (C from 6.00e+14 to 3.00e+15 FLOPs).");
    }

    @Test
    void noiseThatHidesTheMinimumOfASplineIsSaid() {
        for (int hidden : new int[] {50, 51}) {
            SeedDraws draws = (replicates, points) -> {
                double[][] normals = new double[replicates][points];
                for (int i = 0; i < hidden; i++) {
                    normals[i][0] = -100; // the first size becomes the best
                }
                return normals;
            };
            IsoFlopProfile profile = IsoFlopProfile.of(
                    budget(0), new IsoFlopOptions(Minimum.AKIMA, null, 100, 0), new LossNoise.Stated(.02), draws);
            assertThat(profile.usable()).isEqualTo(hidden == 50);
            if (hidden == 51) {
                assertThat(profile.failure())
                        .isEqualTo(
                                "only 49 of 100 noisy copies of the spline have a minimum inside: add sizes or repeat"
                                        + " seeds.");
            } else {
                // no scatter among the copies: a third of the distance of two sizes, twice for half the copies
                double step = Math.log(64) / (6 * 25 - 1);
                assertThat(profile.paramsMinimum().logStandardError()).isCloseTo(2 * .33 * 25 * step, within(1e-9));
                assertThat(profile.paramsMinimum().replicates()).hasSize(50);
            }
        }
    }

    @Test
    void refusesADownwardSpline() {
        double[] losses = {3.0, 3.2, 3.15, 3.25, 3.3, 3.15, 3.05};
        List<Observation> points = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            double params = 1e6 * Math.pow(2, i);
            points.add(new Observation("p" + i, params, 1e18 / (6 * params), 1e18, 1e18, losses[i], null));
        }
        assertThat(profile(points, Minimum.AKIMA).failure()).startsWith("minimum lies below the smallest size");
        losses[0] = 3.14;
        losses[2] = 3.03;
        List<Observation> dented = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            double params = 1e6 * Math.pow(2, i);
            dented.add(new Observation("p" + i, params, 1e18 / (6 * params), 1e18, 1e18, losses[i], null));
        }
        assertThat(profile(dented, Minimum.AKIMA).failure()).contains("does not bend upward beyond its error");
    }

    private static List<Observation> budget(double shift) {
        return Surfaces.isoFlops(Surfaces.CHINCHILLA, 0, 0, new double[] {1e20}, shift);
    }

    private static IsoFlopProfile profile(List<Observation> points, Minimum minimum) {
        return IsoFlopProfile.of(
                points, new IsoFlopOptions(minimum, null, 100, 0), new LossNoise.Stated(1e-4), SeedDraws.of(1));
    }

    private static Agreement between(Estimate two, Estimate three) {
        IsoFlopFrontier isoFlop = new IsoFlopFrontier(
                Minimum.PARABOLA,
                new LossNoise.Stated(1e-3),
                List.of(),
                true,
                null,
                two,
                Estimate.OPEN,
                Estimate.OPEN,
                null,
                null);
        return Agreement.between(isoFlop, parametric(three));
    }

    private static ParametricFrontier parametric(Estimate exponent) {
        return new ParametricFrontier(exponent, Estimate.OPEN, List.of());
    }
}
