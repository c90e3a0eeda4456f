package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.law.Chinchilla;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeContestTest {
    private static final Chinchilla LAW = new Chinchilla(2, 8, 27, 0.5, 0.5);
    private static final Model SMALL = new Model("small", 64, 729, null, null);
    private static final Model LARGE = new Model("large", 256, 400, null, null);
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void comparesAsTrainedAndOnThreeTerms() {
        List<SizeContest> contests = SizeContest.of(Fits.of(LAW, LAW), SMALL, LARGE, 300.0);
        assertThat(contests)
                .extracting(SizeContest::terms)
                .containsExactly(Terms.AS_TRAINED, Terms.COMPUTE, Terms.DATA, Terms.LIFETIME);
        assertThat(contests).extracting(SizeContest::smallerParams).containsOnly(64.0);
        assertThat(contests).extracting(SizeContest::largerParams).containsOnly(256.0);
        assertThat(contests).extracting(SizeContest::largerTokens).containsOnly(400.0);
        // At its lifetime: (256 * 400 + 100 * (256 - 64)) / 64.
        assertThat(contests).extracting(SizeContest::smallerTokens).containsExactly(729.0, 1600.0, 400.0, 1900.0);
        assertThat(contests.get(0).smallerWins()).isNull();
    }

    @Test
    void leavesLifetimesOutWithoutTraffic() {
        assertThat(SizeContest.of(Fits.of(LAW), SMALL, LARGE, null))
                .extracting(SizeContest::terms)
                .containsExactly(Terms.AS_TRAINED, Terms.COMPUTE, Terms.DATA);
    }

    @Test
    void atALifetimeTheModelsCostTheSame() {
        double served = 1e12;
        double tokens = Terms.LIFETIME.tokens(1e9, 7e9, 1e11, served);
        assertThat((6 * 1e9 * tokens + 2 * 1e9 * served) / (6 * 7e9 * 1e11 + 2 * 7e9 * served))
                .isCloseTo(1, ROUNDING);
    }

    @Test
    void tellsLossesAndAdvantage() {
        SizeContest trained = SizeContest.of(Fits.of(LAW), SMALL, LARGE, null).get(0);
        assertThat(trained.smallerLoss().value()).isCloseTo(4, ROUNDING);
        assertThat(trained.largerLoss().value()).isCloseTo(2 + 0.5 + 1.35, ROUNDING);
        assertThat(trained.advantage().value()).isCloseTo(-0.15, ROUNDING);
    }

    @Test
    void takesTheModelsInEitherOrder() {
        FittedLaw fitted = Fits.of(LAW, LAW);
        assertThat(SizeContest.of(fitted, LARGE, SMALL, 1e3)).isEqualTo(SizeContest.of(fitted, SMALL, LARGE, 1e3));
    }

    @Test
    void atEqualDataTheSmallerWinsNowhere() {
        SizeContest data = SizeContest.of(Fits.of(LAW, LAW), SMALL, LARGE, null).get(2);
        assertThat(data.probabilitySmallerWins()).isZero();
        assertThat(data.winner()).isEqualTo(SizeContest.LARGER);
        assertThat(data.smallerWins().extent()).isEqualTo(Reach.NOWHERE);
    }

    @Test
    void atEqualComputeTheSmallerWinsUntilItsSizeBindsIt() {
        SizeContest compute =
                SizeContest.of(Fits.of(LAW, LAW), SMALL, LARGE, null).get(1);
        // 8/8 - 8/16 = 27 D^-1/2 (1 - (256/64)^-1/2)
        double tokens = Math.pow(27 * 0.5 / 0.5, 2);
        assertThat(compute.smallerWins().extent()).isEqualTo(Reach.UP_TO);
        assertThat(compute.smallerWins().upTo().value() / tokens).isCloseTo(1, within(1e-9)); // the solver's accuracy
        assertThat(compute.probabilitySmallerWins()).isEqualTo(1);
        assertThat(compute.winner()).isEqualTo(SizeContest.SMALLER);
    }

    @Test
    void trafficLetsTheSmallerWinOnMoreData() {
        List<SizeContest> contests = SizeContest.of(Fits.of(LAW), SMALL, LARGE, 1e4);
        assertThat(contests.get(3).smallerWins().upTo().value())
                .isGreaterThan(contests.get(1).smallerWins().upTo().value());
    }

    @ParameterizedTest
    @CsvSource({
        "0, larger",
        "2, larger",
        "3, undecided",
        "50, undecided",
        "97, undecided",
        "98, smaller",
        "100, smaller"
    })
    void isDecidedWhereAllButAFortiethOfTheReplicatesAgree(int wins, String winner) {
        Chinchilla hungry = new Chinchilla(2, 8, 100, 0.5, 0.5);
        Chinchilla sated = new Chinchilla(2, 8, 0.1, 0.5, 0.5);
        Chinchilla[] replicates = Collections.nCopies(100, sated).toArray(Chinchilla[]::new);
        java.util.Arrays.fill(replicates, 0, wins, hungry);
        SizeContest compute =
                SizeContest.of(Fits.of(LAW, replicates), SMALL, LARGE, null).get(1);
        assertThat(compute.probabilitySmallerWins()).isEqualTo(wins / 100.0);
        assertThat(compute.winner()).isEqualTo(winner);
    }

    @Test
    void undecidedWithoutABootstrap() {
        SizeContest compute = SizeContest.of(Fits.of(LAW), SMALL, LARGE, null).get(1);
        assertThat(compute.probabilitySmallerWins()).isNull();
        assertThat(compute.winner()).isEqualTo(SizeContest.UNDECIDED);
    }

    @Test
    void refusesTwoModelsOfOneSize() {
        assertThatThrownBy(() -> SizeContest.of(Fits.of(LAW), SMALL, SMALL, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid models (want two sizes): 64.0");
        assertThatThrownBy(() -> Terms.AS_TRAINED.tokens(1, 2, 3, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesTermsAsWords() {
        assertThat(new ObjectMapper().valueToTree(Terms.values()).toString())
                .isEqualTo("[\"as-trained\",\"equal-compute\",\"equal-data\",\"equal-lifetime\"]");
        assertThat(Terms.COMPUTE.label()).isEqualTo("equal compute");
    }
}
