package io.isoloss.jobs.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardsTest {
    private static final Corpus CORPUS = new SyntheticSource(8, 40_000, 0.3, 1, 0.1).load();
    private static final int CONTEXT = 16;
    private static final int WINDOWS = Shards.whole(CORPUS, CONTEXT).length;

    @Test
    void everyWindowHasOneClient() {
        for (Double alpha : new Double[] {null, 0.05, 1.0}) {
            List<int[]> shards = Shards.of(CORPUS, CONTEXT, 7, alpha, 3);
            assertThat(shards).hasSize(7).allSatisfy(shard -> assertThat(shard).isNotEmpty());
            assertThat(shards.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                    .isEqualTo(IntStream.range(0, WINDOWS).toArray());
        }
    }

    @Test
    void withoutAlphaShardsAreEqualAndAlike() {
        List<int[]> shards = Shards.of(CORPUS, CONTEXT, 4, null, 3);
        assertThat(shards).allSatisfy(shard -> {
            assertThat(shard.length).isBetween(WINDOWS / 4, WINDOWS / 4 + 1);
            // Of n/4 windows drawn at random half lie in the first half: a deviation of √(n/16) at most, five of which
            // are never seen.
            long early = Arrays.stream(shard).filter(w -> w < WINDOWS / 2).count();
            assertThat(Math.abs(early - shard.length / 2.0)).isLessThan(5 * Math.sqrt(WINDOWS / 16.0));
        });
    }

    @Test
    void smallAlphaGivesAStretchToFewClients() {
        assertThat(largestShareOfAStretch(0.05)).isGreaterThan(0.8);
        assertThat(largestShareOfAStretch(100.0)).isLessThan(0.4);
    }

    /** Mean over the stretches of the share that their largest holder has. */
    private static double largestShareOfAStretch(double alpha) {
        int clients = 5;
        List<int[]> shards = Shards.of(CORPUS, CONTEXT, clients, alpha, 3);
        double sum = 0;
        for (int stretch = 0; stretch < clients; stretch++) {
            int from = stretch * WINDOWS / clients;
            int to = (stretch + 1) * WINDOWS / clients;
            sum += shards.stream()
                            .mapToLong(shard -> Arrays.stream(shard)
                                    .filter(w -> w >= from && w < to)
                                    .count())
                            .max()
                            .orElseThrow()
                    / (double) (to - from);
        }
        return sum / clients;
    }

    @Test
    void moreClientsThanWindowsAreRefused() {
        assertThatThrownBy(() -> Shards.of(CORPUS, CONTEXT, WINDOWS + 1, null, 1))
                .hasMessageContaining("Cannot share " + WINDOWS + " training windows among " + (WINDOWS + 1));
    }
}
