package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void growsTheBatchAsTheRootOfTheTokensInPowersOfTwo() {
        var rule = new BatchRule(16, 1e6, 0.5, 2, 64);
        assertThat(rule.sequencesFor(1e6)).isEqualTo(16);
        assertThat(rule.sequencesFor(4e6)).isEqualTo(32);
        assertThat(rule.sequencesFor(3e6)).isEqualTo(32);
        assertThat(rule.sequencesFor(1.5e6)).isEqualTo(16);
        assertThat(rule.sequencesFor(1e3)).isEqualTo(2);
        assertThat(rule.sequencesFor(1e12)).isEqualTo(64);
    }

    @Test
    void keepsAFixedBatchThatIsNoPowerOfTwo() {
        assertThat(BatchRule.fixed(12).sequencesFor(1e9)).isEqualTo(12);
    }

    @Test
    void scalesTheLearningRateByWidthAndBatchUpToItsMaximum() {
        var rule = new ScaledLearningRate(0.008, 32, -0.5, 16, 0.5, 0.01);
        assertThat(rule.rates(32, 16)).containsExactly(0.008);
        assertThat(rule.rates(128, 16)).containsExactly(0.004);
        assertThat(rule.rates(32, 4)).containsExactly(0.004);
        assertThat(rule.rates(8, 16)).containsExactly(0.01);
        assertThat(rule.rates(40, 16)).as("four digits").containsExactly(0.007155);
    }

    @Test
    void refusesRatesOutOfRange() {
        assertThatThrownBy(() -> new LearningRateGrid(List.of(0.01, 2.0)))
                .hasMessage("Invalid learning rates (want at least one, each in (0, 1]): [0.01, 2.0]");
    }
}
