package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.model.TransformerShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void growsTheBatchAsTheRootOfTheTokensInPowersOfTwo() {
        var rule = new PowerBatch(16, 1e6, 0.5, 2, 64);
        assertThat(rule.sequencesFor(width(32), 1e6)).isEqualTo(16);
        assertThat(rule.sequencesFor(width(32), 4e6)).isEqualTo(32);
        assertThat(rule.sequencesFor(width(32), 3e6)).isEqualTo(32);
        assertThat(rule.sequencesFor(width(32), 1.5e6)).isEqualTo(16);
        assertThat(rule.sequencesFor(width(32), 1e3)).isEqualTo(2);
        assertThat(rule.sequencesFor(width(32), 1e12)).isEqualTo(64);
    }

    @Test
    void keepsAFixedBatchThatIsNoPowerOfTwo() {
        assertThat(BatchRule.fixed(12).sequencesFor(width(32), 1e9)).isEqualTo(12);
    }

    @Test
    void scalesTheLearningRateByWidthAndBatchUpToItsMaximum() {
        var rule = new ScaledLearningRate(0.008, 32, -0.5, 16, 0.5, 0.01);
        assertThat(rule.rates(width(32), 1e6, 16)).containsExactly(0.008);
        assertThat(rule.rates(width(128), 1e6, 16)).containsExactly(0.004);
        assertThat(rule.rates(width(32), 1e6, 4)).containsExactly(0.004);
        assertThat(rule.rates(width(8), 1e6, 16)).containsExactly(0.01);
        assertThat(rule.rates(width(40), 1e6, 16)).as("four digits").containsExactly(0.007155);
    }

    @Test
    void deepSeeksRulesGiveItsOwnModels() {
        // Table 2 of the paper trains 7B on 2e12 tokens with a rate of 4.2e-4 and 2,304 sequences of 4,096, and shows
        // both to
        // lie on the fitted lines within the width of the band of near-optimal ones; C is about 6 N D = 8.4e22.
        ModelShape large = new TransformerShape(4096, 30, 32, 4096, 102_400);
        double rate = new DeepSeekLearningRate(1).rates(large, 2e12, 1).get(0);
        assertThat(rate).isCloseTo(4.2e-4, withinPercentage(25));
        assertThat(new DeepSeekBatch(1, 65_536).sequencesFor(large, 2e12))
                .as("nearest power of two")
                .isEqualTo(2048);
    }

    @Test
    void tellsEachRuleInALine() {
        assertThat(new ScaledLearningRate(0.008, 32, -0.5, 16, 0.5, 0.01).line())
                .isEqualTo("0.008 (width/32)^-0.5 (batch/16)^0.5, at most 0.01");
        assertThat(new ScaledLearningRate(0.008, 32, 0, 16, 0, 1).line()).isEqualTo("0.008");
        assertThat(new LearningRateGrid(List.of(0.01, 0.02)).line()).isEqualTo("grid of 2");
        assertThat(new DeepSeekLearningRate(1).line()).isEqualTo("DeepSeek LLM: 0.3118 C^-0.125");
        assertThat(BatchRule.fixed(12).line()).isEqualTo("12 sequences");
        assertThat(new PowerBatch(4, 1.5e6, 0.5, 2, 16).line()).isEqualTo("4 (D/1.5e6)^0.5 sequences, in [2, 16]");
        assertThat(new DeepSeekBatch(2, 16).line())
                .isEqualTo("DeepSeek LLM: 0.292 C^0.3271 tokens, in [2, 16] sequences");
    }

    private static ModelShape width(int width) {
        return new TransformerShape(width, 1, 1, 64, 256);
    }

    @Test
    void refusesRatesOutOfRange() {
        assertThatThrownBy(() -> new LearningRateGrid(List.of(0.01, 2.0)))
                .hasMessage("Invalid learning rates (want at least one, each in (0, 1]): [0.01, 2.0]");
    }
}
