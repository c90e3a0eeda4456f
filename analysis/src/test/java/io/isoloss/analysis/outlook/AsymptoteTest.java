package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.Chinchilla;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsymptoteTest {
    /** Loss 4 at N = 64, D = 729: 2 of floor, 1 for N and 1 for D. */
    private static final Chinchilla LAW = new Chinchilla(2, 8, 27, 0.5, 0.5);

    private static final double HALVING = 1 - Math.sqrt(0.5);
    private static final LeastGain HUNDREDTH = new LeastGain(0.01, LeastGain.NATS);
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void splitsTheLoss() {
        Asymptote asymptote = Asymptote.of(Fits.of(LAW), 64, 729, HUNDREDTH);
        assertThat(asymptote.params()).isEqualTo(64);
        assertThat(asymptote.tokens()).isEqualTo(729);
        assertThat(asymptote.flops()).isEqualTo(6 * 64 * 729);
        assertThat(asymptote.loss().value()).isCloseTo(4, ROUNDING);
        assertThat(asymptote.floor()).isEqualTo(new Estimate(2.0, null, null, true));
        assertThat(asymptote.reducible().value()).isCloseTo(2, ROUNDING);
        assertThat(asymptote.reducibleShare().value()).isCloseTo(0.5, ROUNDING);
        assertThat(asymptote.paramsShare().value()).isCloseTo(0.5, ROUNDING);
        assertThat(asymptote.tokensShare().value()).isCloseTo(0.5, ROUNDING);
        Asymptote moreData = Asymptote.of(Fits.of(LAW), 64, 9 * 729, HUNDREDTH);
        assertThat(moreData.paramsShare().value()).isCloseTo(0.75, ROUNDING);
        assertThat(moreData.tokensShare().value()).isCloseTo(0.25, ROUNDING);
    }

    @Test
    void saysWhatADoublingBrings() {
        Chinchilla uneven = new Chinchilla(2, 8, 81, 0.5, 0.5);
        Asymptote asymptote = Asymptote.of(Fits.of(uneven), 64, 729, HUNDREDTH);
        assertThat(asymptote.params2x().nats().value()).isCloseTo(HALVING, ROUNDING);
        assertThat(asymptote.params2x().share().value()).isCloseTo(HALVING / 4, ROUNDING);
        assertThat(asymptote.tokens2x().nats().value()).isCloseTo(3 * HALVING, ROUNDING);
        assertThat(asymptote.tokens2x().share().value()).isCloseTo(3 * HALVING / 4, ROUNDING);
        double flops = 6 * 64 * 729;
        assertThat(asymptote.flops2x().nats().value())
                .isCloseTo(uneven.optimalLoss(flops) - uneven.optimalLoss(2 * flops), ROUNDING);
        // Along this frontier the reducible loss falls as C^(-1/4).
        assertThat(asymptote.flops2x().share().value()).isCloseTo(1 - Math.pow(2, -0.25), ROUNDING);
        assertThat(asymptote.flops2x().pays()).isNull();
    }

    @Test
    void findsTheSizeBeyondWhichDoublingBringsLessNats() {
        Asymptote asymptote = Asymptote.of(Fits.of(LAW), 64, 729, HUNDREDTH);
        double params = Math.pow(8 * HALVING / 0.01, 2);
        double tokens = Math.pow(27 * HALVING / 0.01, 2);
        assertReaches(asymptote.params2x().pays(), params);
        assertReaches(asymptote.tokens2x().pays(), tokens);
    }

    @Test
    void findsTheSizeBeyondWhichDoublingBringsLessOfTheReducibleLoss() {
        Asymptote asymptote = Asymptote.of(Fits.of(LAW), 64, 729, new LeastGain(0.1, LeastGain.SHARE));
        // 8 N^-1/2 h = .1 (8 N^-1/2 + 1), and likewise for D.
        assertReaches(asymptote.params2x().pays(), Math.pow(8 * (HALVING - 0.1) / 0.1, 2));
        assertReaches(asymptote.tokens2x().pays(), Math.pow(27 * (HALVING - 0.1) / 0.1, 2));
    }

    private static void assertReaches(Reach reach, double size) {
        assertThat(reach.extent()).isEqualTo(Reach.UP_TO);
        assertThat(reach.upTo().value() / size).isCloseTo(1, within(1e-9)); // the solver's accuracy in log N
    }

    @Test
    void neverPaysWhereNoSizeBringsTheGain() {
        Asymptote asymptote = Asymptote.of(Fits.of(LAW, LAW, LAW), 64, 729, new LeastGain(3, LeastGain.NATS));
        assertThat(asymptote.params2x().pays()).isEqualTo(new Reach(Reach.NOWHERE, Estimate.OPEN));
        assertThat(asymptote.tokens2x().pays().extent()).isEqualTo(Reach.UP_TO);
    }

    @Test
    void paysBeyondAllSizesWhereTheLawHardlyFlattens() {
        Chinchilla flat = new Chinchilla(2, 8, 27, 0.01, 0.5);
        Asymptote asymptote = Asymptote.of(Fits.of(flat, flat), 64, 729, HUNDREDTH);
        assertThat(asymptote.params2x().pays()).isEqualTo(new Reach(Reach.EVERYWHERE, Estimate.OPEN));
    }

    @Test
    void leavesASideOpenWhereTheReplicatesPassAllSizes() {
        Chinchilla flat = new Chinchilla(2, 8, 27, 0.01, 0.5);
        LeastGain hundredth = HUNDREDTH;
        Reach reach = Asymptote.of(Fits.of(LAW, LAW, flat), 64, 729, hundredth)
                .params2x()
                .pays();
        assertThat(reach.upTo().value()).isNotNull();
        assertThat(reach.upTo().low()).isGreaterThan(1);
        assertThat(reach.upTo().high()).isGreaterThan(1e28); // within the last fortieth of the way to it, in logs
        Reach sure = Asymptote.of(Fits.of(LAW, flat, flat), 64, 729, hundredth)
                .params2x()
                .pays();
        assertThat(sure.upTo().low()).isNull();
        assertThat(sure.upTo().high()).isNull();
        Reach torn = Asymptote.of(Fits.of(flat, LAW, LAW), 64, 729, hundredth)
                .params2x()
                .pays();
        assertThat(torn.extent()).isEqualTo(Reach.EVERYWHERE);
        assertThat(torn.upTo().value()).isNull();
        assertThat(torn.upTo().low() / Math.pow(8 * HALVING / 0.01, 2)).isCloseTo(1, within(1e-9));
        assertThat(torn.upTo().high()).isNull();
    }

    @Test
    void boundsFromTheReplicatesAreThoseOfTheirLaws() {
        Chinchilla lower = new Chinchilla(1.5, 8, 27, 0.5, 0.5);
        Chinchilla higher = new Chinchilla(2.5, 8, 27, 0.5, 0.5);
        Asymptote asymptote = Asymptote.of(Fits.of(LAW, lower, higher), 64, 729, HUNDREDTH);
        // Type 7 quantiles of two: a fortieth of the way in.
        assertThat(asymptote.floor().low()).isCloseTo(1.525, ROUNDING);
        assertThat(asymptote.floor().high()).isCloseTo(2.475, ROUNDING);
        assertThat(asymptote.loss().low()).isCloseTo(3.525, ROUNDING);
        assertThat(asymptote.reducible().low()).isCloseTo(2, ROUNDING);
    }

    @Test
    void aFloorAtItsBoundIsNotIdentified() {
        Chinchilla bottomless = new Chinchilla(0, 8, 27, 0.5, 0.5);
        Asymptote asymptote = Asymptote.of(Fits.of(bottomless, LAW, LAW), 64, 729, HUNDREDTH);
        assertThat(asymptote.floor()).isEqualTo(new Estimate(null, null, 2.0, false));
        assertThat(asymptote.reducible()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.reducibleShare()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.paramsShare()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.tokensShare()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.params2x().share()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.flops2x().share()).isEqualTo(Estimate.OPEN);
        assertThat(asymptote.params2x().nats().value()).isCloseTo(HALVING, ROUNDING);
        assertThat(asymptote.params2x().pays().extent()).isEqualTo(Reach.UP_TO);
        Asymptote byShare = Asymptote.of(Fits.of(bottomless), 64, 729, new LeastGain(0.1, LeastGain.SHARE));
        assertThat(byShare.params2x().pays()).isNull();
        assertThat(byShare.tokens2x().pays()).isNull();
    }

    @Test
    void aFloorThatTheReplicatesLoseIsOpenBelow() {
        Chinchilla bottomless = new Chinchilla(0, 8, 27, 0.5, 0.5);
        Chinchilla[] replicates = new Chinchilla[100];
        java.util.Arrays.fill(replicates, LAW);
        java.util.Arrays.fill(replicates, 0, 10, bottomless);
        Asymptote asymptote = Asymptote.of(Fits.of(LAW, replicates), 64, 729, HUNDREDTH);
        assertThat(asymptote.floor()).isEqualTo(new Estimate(2.0, null, 2.0, true));
    }

    @Test
    void onTheFrontierTakesTheOptimalModel() {
        Asymptote asymptote = Asymptote.onFrontier(Fits.of(LAW), 1e20, HUNDREDTH);
        assertThat(asymptote.params()).isEqualTo(LAW.optimalParams(1e20));
        assertThat(asymptote.tokens()).isEqualTo(LAW.optimalTokens(1e20));
        assertThat(asymptote.loss().value()).isCloseTo(LAW.optimalLoss(1e20), ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({"9.9e17, true", "1.1e18, false", "9.9e21, false", "1.1e22, true"})
    void saysWhereItExtrapolates(double flops, boolean extrapolated) {
        FittedLaw fitted = Fits.of(LAW); // of runs from 1e18 to 1e22 FLOPs
        assertThat(Asymptote.onFrontier(fitted, flops, HUNDREDTH).extrapolated())
                .isEqualTo(extrapolated);
    }

    @Test
    void findsTheLimitOfALawThatHasNoneAtInfinityItself() {
        assertThat(Draws.limit(LAW, Double.POSITIVE_INFINITY, 729)).isCloseTo(3, ROUNDING);
        assertThat(Draws.limit(LAW, 64, Double.POSITIVE_INFINITY)).isCloseTo(3, ROUNDING);
        assertThat(Draws.floor(LAW)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, nats", "-1, share", "1, share", "NaN, nats", "0.1, parts", "Infinity, nats"})
    void refusesAGainThatCannotBe(double value, String unit) {
        assertThatThrownBy(() -> new LeastGain(value, unit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid gain (want nats above 0, or a share between 0 and 1): " + value + " " + unit);
    }

    @Test
    void aShareIsOfWhatIsLeft() {
        assertThat(new LeastGain(0.1, LeastGain.SHARE).nats(5)).isEqualTo(0.5);
        assertThat(new LeastGain(1.5, LeastGain.NATS).nats(5)).isEqualTo(1.5);
    }

    @Test
    void writesItsJson() {
        JsonNode json = new ObjectMapper().valueToTree(Asymptote.of(Fits.of(LAW), 64, 729, HUNDREDTH));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "params",
                        "tokens",
                        "flops",
                        "extrapolated",
                        "loss",
                        "floor",
                        "reducible",
                        "reducibleShare",
                        "paramsShare",
                        "tokensShare",
                        "leastGain",
                        "params2x",
                        "tokens2x",
                        "flops2x");
        assertThat(json.at("/params2x/pays/extent").asText()).isEqualTo("up-to");
    }
}
