package io.isoloss.analysis.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.isoloss.analysis.law.Chinchilla;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedDataTest {
    /** The C4 law of Muennighoff et al. 2023, as their code states it. */
    private static final Chinchilla C4 =
            new Chinchilla(Math.exp(0.6254804), Math.exp(6.255414), Math.exp(7.3049974), 0.3526596, 0.3526596);

    /** The worked example of their README: two ways to spend one budget on 25e9 distinct tokens. */
    @ParameterizedTest
    @CsvSource({"6.34e9, 242e9, 2.2256440889984477", "8.67e9, 178e9, 2.2269634075087867"})
    void givesTheLossesThatItsAuthorsGive(double params, double tokens, double loss) {
        // The constants have seven digits; so has the loss.
        assertThat(new RepeatedData(C4, 25e9).loss(params, tokens)).isCloseTo(loss, within(1e-6));
    }

    @Test
    void withoutRepeatsAndExcessItIsTheLaw() {
        assertThat(new RepeatedData(C4, 25e9).loss(1e8, 20e9)).isCloseTo(C4.loss(1e8, 20e9), withinPercentage(1e-9));
        assertThat(new RepeatedData(C4, 25e9).loss(1e8, 25e9)).isCloseTo(C4.loss(1e8, 25e9), withinPercentage(1e-9));
    }

    @Test
    void repeatsAreWorthLessThanFreshTokensAndMoreThanNone() {
        RepeatedData data = new RepeatedData(C4, 25e9);
        assertThat(data.loss(1e8, 100e9)).isBetween(C4.loss(1e8, 100e9), C4.loss(1e8, 25e9));
        assertThat(data.loss(1e12, 25e9)).isGreaterThan(C4.loss(1e12, 25e9));
    }

    /** With repeats the best plan trains for several epochs, and beats the plan that stops at the distinct tokens. */
    @Test
    void plansSeveralEpochs() {
        Allocation once = Allocation.best(C4, 1e22, 0, List.of(new Limit.UniqueTokens(25e9)));
        Allocation repeated = Allocation.best(C4, 1e22, 0, List.of(new Limit.RepeatedTokens(25e9)));
        assertThat(repeated.tokens() / 25e9).isBetween(2.0, 30.0);
        assertThat(repeated.trainingFlops()).isCloseTo(1e22, withinPercentage(1e-9));
        RepeatedData data = new RepeatedData(C4, 25e9);
        assertThat(repeated.loss()).isLessThan(data.loss(once.params(), once.tokens()));
        for (double factor : new double[] {0.9, 1.1}) {
            assertThat(data.loss(repeated.params() * factor, repeated.tokens() / factor))
                    .isGreaterThan(repeated.loss());
        }
    }
}
