package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.sweep.BatchGrowth;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private static BatchSize growing(int maxSequences) {
        BatchGrowth growth = maxSequences == 0 ? null : new BatchGrowth(maxSequences, 0.5);
        return new BatchSize(new Recipe(4_000, 4, 0.01, new Cosine(0, 0), 0.9, 0.98, 1e-8, 0, 1, 1, 1, 1, growth));
    }

    /** Takes so many batches under a noise scale of so many batches, and says how many a step takes at the end. */
    private static int after(BatchSize size, int batches, double scale) {
        for (int taken = 0; taken < batches; ) {
            int count = size.batches();
            size.add(count, count > 1 || size.probes() ? new GradientNoise(1, scale) : null);
            taken += count;
        }
        return size.batches();
    }

    @Test
    void growsToTheLargestPowerOfTwoBelowTheNoiseScale() {
        assertThat(after(growing(1024), 3_000, 20)).isEqualTo(16);
    }

    @Test
    void growsNoFurtherThanItsMaximum() {
        assertThat(after(growing(32), 3_000, 1e6)).isEqualTo(8);
        assertThat(after(growing(4), 3_000, 1e6)).isEqualTo(1);
    }

    @Test
    void waitsForEightPairsOfGradients() {
        assertThat(after(growing(1024), 350, 1e6)).as("seven pairs").isEqualTo(1);
        assertThat(after(growing(1024), 500, 1e6)).isGreaterThan(1);
    }

    @Test
    void staysWhereTheNoiseIsSmallOrNothingIsToGrow() {
        assertThat(after(growing(1024), 3_000, 1.9)).isEqualTo(1);
        assertThat(after(growing(0), 3_000, 1e6)).isEqualTo(1);
    }

    @Test
    void measuresOneBatchInFiftyUntilItGrows() {
        BatchSize size = growing(1024);
        int probes = 0;
        for (int batch = 0; batch < 1_000; batch++) {
            probes += size.probes() ? 1 : 0;
            size.add(1, size.probes() ? new GradientNoise(1, 1) : null);
        }
        assertThat(probes).isEqualTo(20);
    }
}
