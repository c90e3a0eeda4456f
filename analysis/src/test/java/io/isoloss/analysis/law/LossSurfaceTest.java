package io.isoloss.analysis.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every surface owes: its closed forms and searches against brute force. */
class LossSurfaceTest {
    private static final Chinchilla HOFFMANN = new Chinchilla(1.69, 406.4, 410.7, 0.34, 0.28);
    private static final DataConstrained REPEATS = new DataConstrained(1.87, 521, 1488, 0.353, 0.353, 15.4, 5.3);
    private static final Precision BITS = new Precision(2, 400, 2000, 0.3, 0.4, 2, 0.01, 0.5, 0.45, 0.6);

    static Stream<LossSurface> surfaces() {
        return Stream.of(
                HOFFMANN,
                new GeneralChinchilla(1.22, 3355, 18186, 0.408, 0.431, 0.452),
                OverTraining.ofRepository(1.83665, 166.211, 366.687, -0.27285),
                new Kaplan(6.4e13, 1.8e13, 0.076, 0.103),
                REPEATS.over(1e10),
                REPEATS.over(1e13),
                BITS.at(8, 8),
                BITS.at(16, 4),
                new Sparsity(16.8, 0.722, 45, 0.245, 6.9e8, 0.203, 0.651).at(0.5));
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void noOtherModelOfTheBudgetHasALowerLoss(LossSurface surface) {
        for (double flops : new double[] {1e17, 1e21, 1e24}) {
            double optimal = surface.optimalParams(flops);
            double least = surface.optimalLoss(flops);
            double total = flops / LossSurface.FLOPS_PER_PARAM_TOKEN;
            for (double params = 1; params < total; params *= 1.01) {
                // rounding of a loss
                assertThat(surface.loss(params, total / params)).isGreaterThanOrEqualTo(least - 1e-14);
            }
            assertThat(surface.loss(optimal * 1.01, total / (optimal * 1.01))).isGreaterThan(least);
            assertThat(surface.loss(optimal / 1.01, total / (optimal / 1.01))).isGreaterThan(least);
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void optimumIsFoundToEightDigits(LossSurface surface) {
        for (double flops : new double[] {1e17, 1e21, 1e24}) {
            double optimal = surface.optimalParams(flops);
            double total = flops / LossSurface.FLOPS_PER_PARAM_TOKEN;
            double more = optimal * (1 + 1e-8);
            double less = optimal * (1 - 1e-8);
            assertThat(surface.slopeAlongBudget(more, total / more)).isPositive();
            assertThat(surface.slopeAlongBudget(less, total / less)).isNegative();
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void slopeAlongTheBudgetIsTheDerivative(LossSurface surface) {
        for (double params : new double[] {1e7, 1e9, 1e11}) {
            for (double tokens : new double[] {2e9, 1e11, 3e13}) {
                // the bias of five points, and the kink where data begin to repeat
                assertThat(surface.slopeAlongBudget(params, tokens))
                        .isCloseTo(FrontierSearch.slopeAlongBudget(surface, params, tokens), within(1e-8));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void equivalentFlopsInvertsTheFrontier(LossSurface surface) {
        for (double flops : new double[] {1e17, 1e21}) {
            // 1e-15 of rounding in a loss over its slope of a hundredth for each e-fold of compute, with powers of 1e21
            assertThat(surface.equivalentFlops(surface.optimalLoss(flops)) / flops)
                    .isCloseTo(1, within(1e-9));
        }
    }

    @ParameterizedTest
    @MethodSource("surfaces")
    void tokensToReachInvertsTheLossWhereItFalls(LossSurface surface) {
        double params = 1e9;
        for (double tokens : new double[] {1e9, 1e10}) {
            assertThat(surface.tokensToReach(params, surface.loss(params, tokens)) / tokens)
                    .isCloseTo(1, within(1e-9)); // as for FLOPs
        }
        assertThat(surface.tokensToReach(params, 0.1)).isInfinite();
    }

    @Test
    void searchAgreesWithClosedForms() {
        for (LossSurface surface : new LossSurface[] {
            HOFFMANN,
            new GeneralChinchilla(1.22, 3355, 18186, 0.408, 0.431, 0.452),
            new Kaplan(6.4e13, 1.8e13, 0.076, 0.103),
            OverTraining.ofRepository(1.83665, 166.211, 366.687, -0.27285)
        }) {
            for (double flops : new double[] {1e12, 1e18, 1e24}) {
                // the bias of five-point slopes, see FrontierSearch
                assertThat(FrontierSearch.optimalParams(surface, flops) / surface.optimalParams(flops))
                        .isCloseTo(1, within(1e-8));
                double loss = surface.optimalLoss(flops);
                assertThat(FrontierSearch.equivalentFlops(surface, loss) / flops)
                        .isCloseTo(1, within(1e-9));
                double params = surface.optimalParams(flops);
                assertThat(FrontierSearch.tokensToReach(surface, params, loss) / surface.optimalTokens(flops))
                        .isCloseTo(1, within(1e-9));
            }
        }
    }

    @Test
    void fewDistinctTokensBoundTheLoss() {
        LossSurface surface = REPEATS.over(1e9);
        double useful = REPEATS.base().optimalParamsFor(1e9);
        double bound = 1.87 + 521 * Math.pow(useful * 6.3, -0.353) + 1488 * Math.pow(1e9 * 16.4, -0.353);
        assertThat(surface.optimalLoss(1e40)).isCloseTo(bound, within(1e-12)); // all worth is spent by then
        assertThat(surface.equivalentFlops(bound - 1e-6)).isInfinite();
        assertThat(surface.equivalentFlops(bound + 1e-3)).isFinite();
    }

    @Test
    void constrainedFrontierIsThatOfTheBaseWhileDataLast() {
        LossSurface surface = REPEATS.over(1e13);
        assertThat(surface.optimalParams(1e21) / REPEATS.base().optimalParams(1e21))
                .isCloseTo(1, within(1e-10)); // root of an exact slope, to 1e-13 of its logarithm
    }

    @Test
    void moreTokensHurtAModelServedInFewBits() {
        LossSurface surface = BITS.at(16, 3);
        double params = 1e8;
        double least = Double.POSITIVE_INFINITY;
        for (double tokens = 1e6; tokens < 1e16; tokens *= 1.001) {
            least = Math.min(least, surface.loss(params, tokens));
        }
        assertThat(surface.loss(params, 1e16)).isGreaterThan(least);
        double first = surface.tokensToReach(params, least + 1e-4);
        assertThat(surface.loss(params, first)).isCloseTo(least + 1e-4, within(1e-12));
        assertThat(surface.loss(params, first * 0.99)).isGreaterThan(least + 1e-4);
        assertThat(surface.tokensToReach(params, least - 1e-6)).isInfinite();
    }
}
