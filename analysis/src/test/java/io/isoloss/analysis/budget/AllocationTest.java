package io.isoloss.analysis.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.isoloss.analysis.frontier.Lifetime;
import io.isoloss.analysis.law.Chinchilla;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTest {
    /** alpha = beta and A = B, so that N_opt = D_opt = sqrt(C / 6). */
    private static final Chinchilla SYMMETRIC = new Chinchilla(1, 100, 100, 0.5, 0.5);

    /** As Sardana et al. 2023 use it. */
    private static final Chinchilla SARDANA = new Chinchilla(1.69, 406.4, 410.7, 0.336, 0.283);

    /** Around a minimum the loss is flat: a size is known to the root of the loss's precision. */
    private static final Percentage FLAT = withinPercentage(1e-4);

    private static final Percentage ROUNDING = withinPercentage(1e-9);

    @Test
    void withoutLimitsTakesTheFrontier() {
        Allocation best = Allocation.best(SYMMETRIC, 6e20, 0, List.of());
        assertThat(best.params()).isCloseTo(1e10, ROUNDING);
        assertThat(best.tokens()).isCloseTo(1e10, ROUNDING);
        assertThat(best.loss()).isCloseTo(1.002, ROUNDING); // 1 + 100/1e5 + 100/1e5
        assertThat(best.trainingFlops()).isCloseTo(6e20, ROUNDING);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e12, 1e18, 6e20, 1e26})
    void limitsThatDoNotBindLeaveTheFrontier(double flops) {
        Allocation free = Allocation.best(SYMMETRIC, flops, 0, List.of());
        List<Limit> wide = List.of(new Limit.Params(2 * free.params()), new Limit.UniqueTokens(2 * free.tokens()));
        Allocation best = Allocation.best(SYMMETRIC, flops, 0, wide);
        assertThat(best.params()).isCloseTo(free.params(), FLAT);
        assertThat(best.tokens()).isCloseTo(free.tokens(), FLAT);
        assertThat(best.loss()).isCloseTo(free.loss(), ROUNDING);
    }

    @Test
    void smallestModelsAllowedSpendTheBudgetOnTokens() {
        Allocation best = Allocation.best(SYMMETRIC, 6e20, 0, List.of(new Limit.Params(1e9)));
        assertThat(best.params()).isCloseTo(1e9, ROUNDING);
        assertThat(best.tokens()).isCloseTo(1e11, ROUNDING);
        assertThat(best.loss()).isCloseTo(SYMMETRIC.loss(1e9, 1e11), ROUNDING);
    }

    @Test
    void scarceTokensSpendTheBudgetOnParameters() {
        Allocation best = Allocation.best(SYMMETRIC, 6e20, 0, List.of(new Limit.UniqueTokens(1e9)));
        assertThat(best.params()).isCloseTo(1e11, ROUNDING);
        assertThat(best.tokens()).isEqualTo(1e9);
    }

    @Test
    void bothLimitsLeaveBudgetUnspent() {
        List<Limit> limits = List.of(new Limit.UniqueTokens(1e9), new Limit.Params(1e8), new Limit.Params(1e9));
        Allocation best = Allocation.best(SYMMETRIC, 6e20, 0, limits);
        assertThat(best.params()).isCloseTo(1e8, ROUNDING);
        assertThat(best.tokens()).isEqualTo(1e9);
    }

    /** Sardana's check from the other side: the least lifetime compute of a loss buys that loss. */
    @Test
    void trafficBuysTheModelThatServesItsLossCheapest() {
        double loss = SARDANA.loss(13e9, 576.4856e9);
        double flops = Lifetime.leastFlops(SARDANA, loss, 2e12);
        Allocation best = Allocation.best(SARDANA, flops, 2e12, List.of());
        assertThat(best.loss()).isCloseTo(loss, ROUNDING);
        assertThat(best.params()).isCloseTo(6.97e9, within(0.01e9)); // the last digit that the paper gives
        assertThat(best.trainingFlops() + 2 * best.params() * 2e12).isCloseTo(flops, ROUNDING);
    }

    @Test
    void trafficAndLimitsShareTheBudget() {
        Allocation best = Allocation.best(SARDANA, 1e22, 2e12, List.of(new Limit.Params(1e9)));
        assertThat(best.params()).isCloseTo(1e9, ROUNDING);
        assertThat(best.tokens()).isCloseTo((1e22 / 1e9 - 4e12) / 6, ROUNDING);
        Allocation scarce = Allocation.best(SARDANA, 1e22, 2e12, List.of(new Limit.UniqueTokens(1e10)));
        assertThat(scarce.tokens()).isEqualTo(1e10);
        assertThat(scarce.params()).isCloseTo(1e22 / (6e10 + 4e12), ROUNDING);
    }

    /** 20 ms at 2 TB/s read 4e10 bytes: 2e10 parameters of 2 bytes. */
    @Test
    void latencyAllowsTheWeightsThatMemoryReadsInTime() {
        Limit latency = new Limit.Latency(20, Accelerators.named("H100 PCIe"));
        assertThat(latency.maxParams()).isCloseTo(2e10, ROUNDING);
        assertThat(latency.maxTokens()).isInfinite();
        assertThat(latency.option()).isEqualTo("--max-latency-ms");
        assertThat(Allocation.best(SYMMETRIC, 6e24, 0, List.of(latency)).params())
                .isCloseTo(2e10, ROUNDING);
    }

    @Test
    void limitsKnowOnlyTheirOwnSide() {
        assertThat(new Limit.Params(5).maxTokens()).isInfinite();
        assertThat(new Limit.UniqueTokens(5).maxParams()).isInfinite();
        assertThat(new Limit.UniqueTokens(5).maxTokens()).isEqualTo(5);
        assertThat(new Limit.RepeatedTokens(5).maxTokens()).isInfinite();
        assertThat(new Limit.Params(5).loss(SYMMETRIC).applyAsDouble(1e4, 1e4)).isEqualTo(3); // 1 + 100/100 + 100/100
    }

    @Test
    void refusesLimitsThatCannotBe() {
        assertThatThrownBy(() -> new Limit.Params(0))
                .hasMessage("Cannot plan with --max-params 0.0; want a finite number above 0, such as 1e9.");
        assertThatThrownBy(() -> new Limit.Latency(-1, Accelerators.named("L4")))
                .hasMessage("Cannot plan with --max-latency-ms -1.0; want a finite number above 0, such as 20.");
        assertThatThrownBy(() -> new Limit.UniqueTokens(Double.NaN))
                .hasMessage("Cannot plan with --unique-tokens NaN; want a finite number above 0, such as 1e11.");
        assertThatThrownBy(() -> new Limit.RepeatedTokens(Double.POSITIVE_INFINITY))
                .hasMessage("Cannot plan with --unique-tokens Infinity; want a finite number above 0, such as 1e11.");
    }
}
