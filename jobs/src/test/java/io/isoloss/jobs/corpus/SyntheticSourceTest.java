package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticSourceTest {

    private static final SyntheticSource SOURCE = new SyntheticSource(16, 2_000_000, 0.3, 7, 0.5);

    @Test
    void solvesForTheStationaryDistribution() {
        MarkovChain chain = SOURCE.chain();
        double total = 0;
        for (int j = 0; j < 16; j++) {
            double next = 0;
            double row = 0;
            for (int i = 0; i < 16; i++) {
                next += chain.stationary(i) * chain.probability(i, j);
                row += chain.probability(j, i);
            }
            // Sums of sixteen products of doubles.
            assertThat(next).isCloseTo(chain.stationary(j), within(1e-14));
            assertThat(row).isCloseTo(1, within(1e-14));
            total += chain.stationary(j);
        }
        assertThat(total).isCloseTo(1, within(1e-14));
    }

    /** The mean of a million values with a deviation near 1 nat is 0.001 off; five of those. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writesTextOfItsEntropyRate(long seed) {
        var source = new SyntheticSource(16, 2_000_000, 0.3, seed, 0.5);
        var windows = new ValidationWindows(source.load(), Task.NEXT_TOKEN, 64, 1_000_000);
        assertThat(windows.tokens()).isGreaterThan(990_000);
        assertThat(source.chain().conditionalEntropyNats(windows))
                .isCloseTo(source.chain().entropyRateNats(), within(0.005));
    }

    /** Counts of pairs give the entropy without the chain; 256 cells over a million pairs bias it by about 1e-4. */
    @Test
    void writesPairsAsOftenAsTheChainSays() {
        Tokens text = SOURCE.load().train();
        var pairs = new double[16][16];
        var singles = new double[16];
        for (int i = 0; i + 1 < text.size(); i++) {
            pairs[text.at(i)][text.at(i + 1)]++;
            singles[text.at(i)]++;
        }
        double entropy = 0;
        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                if (pairs[i][j] > 0) {
                    entropy -= pairs[i][j] * Math.log(pairs[i][j] / singles[i]);
                }
            }
        }
        assertThat(entropy / (text.size() - 1)).isCloseTo(SOURCE.chain().entropyRateNats(), within(0.005));
    }

    @Test
    void writesTheSameTextForTheSameSeedOnly() {
        var small = new SyntheticSource(8, 10_000, 0.3, 1, 0.1);
        assertThat(small.load()).isEqualTo(small.load());
        assertThat(small.load().train().size()).isEqualTo(9_000);
        assertThat(small.load().identity())
                .isNotEqualTo(new SyntheticSource(8, 10_000, 0.3, 2, 0.1).load().identity());
    }

    /** An old run stays comparable only while its seed writes the same text. */
    @Test
    void keepsItsTextForever() {
        assertThat(new SyntheticSource(8, 10_000, 0.3, 1, 0.1).load().identity().digest())
                .isEqualTo("33ad46eaa73eba77a8299cf73e0a368c5e10a9c9ef7bc5a24b98ff8593559088");
    }

    @Test
    void hasLessEntropyTheSmallerTheConcentration() {
        double peaked = new SyntheticSource(16, 10, 0.1, 1, 0.5).chain().entropyRateNats();
        double flat = new SyntheticSource(16, 10, 10, 1, 0.5).chain().entropyRateNats();
        assertThat(peaked).isPositive().isLessThan(flat);
        assertThat(flat).isLessThan(Math.log(16));
    }

    @Test
    void refusesOneSymbol() {
        assertThatThrownBy(() -> new SyntheticSource(1, 10, 1, 1, 0.5))
                .hasMessageStartingWith("Invalid synthetic corpus (want 2 to 1024 symbols");
    }
}
