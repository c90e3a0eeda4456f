package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitMixTest {

    /** The first numbers of the generator's usual test, seed 1234567. */
    @Test
    void matchesThePublishedSequence() {
        var random = new SplitMix(1_234_567);
        assertThat(random.nextLong()).isEqualTo(6_457_827_717_110_365_317L);
        assertThat(random.nextLong()).isEqualTo(3_203_168_211_198_807_973L);
        assertThat(random.nextLong()).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 4})
    void drawsGammasOfTheRightMean(double shape) {
        var random = new SplitMix(1);
        int draws = 100_000;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            sum += random.nextGamma(shape);
        }
        // Mean and variance of a gamma are its shape; five standard errors.
        assertThat(sum / draws).isCloseTo(shape, within(5 * Math.sqrt(shape / draws)));
    }

    @Test
    void drawsEveryIntegerBelowTheBound() {
        var random = new SplitMix(2);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[random.nextInt(7)]++;
        }
        // Each count is 10000 with a deviation of 93; five of those.
        for (int count : counts) {
            assertThat(count).isCloseTo(10_000, within(465));
        }
    }
}
