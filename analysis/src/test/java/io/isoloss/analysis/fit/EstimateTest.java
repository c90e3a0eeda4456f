package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EstimateTest {
    @Test
    void quantilesLieBetweenOrderStatistics() {
        double[] sorted = {1, 2, 4, 8};
        assertThat(Estimate.quantile(sorted, 0)).isEqualTo(1);
        assertThat(Estimate.quantile(sorted, 1)).isEqualTo(8);
        assertThat(Estimate.quantile(sorted, 0.5)).isEqualTo(3);
        assertThat(Estimate.quantile(sorted, 0.75)).isEqualTo(5); // place 2.25
        assertThat(Estimate.quantile(new double[] {7}, 0.3)).isEqualTo(7);
    }

    @Test
    void theIntervalLeavesTwoAndAHalfPercentOnEachSide() {
        double[] replicates =
                IntStream.rangeClosed(0, 1000).mapToDouble(i -> 1000 - i).toArray();
        Estimate estimate = Estimate.of(400, replicates);
        assertThat(estimate.value()).isEqualTo(400);
        assertThat(estimate.low()).isCloseTo(25, within(1e-9)); // rounding of .025 * 1000
        assertThat(estimate.high()).isCloseTo(975, within(1e-9));
        assertThat(estimate.identified()).isTrue();
        assertThat(replicates[0]).isEqualTo(1000); // untouched
    }

    @Test
    void withoutReplicatesTheIntervalIsOpen() {
        assertThat(Estimate.of(3, new double[0])).isEqualTo(new Estimate(3.0, null, null, true));
        assertThat(Estimate.OPEN.identified()).isFalse();
    }
}
