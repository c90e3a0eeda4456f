package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.corpus.CorpusIdentity;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.TransformerFamily;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SweepDesignTest {

    private static final CorpusIdentity CORPUS = new CorpusIdentity("ab".repeat(32), "bytes-1", 0.05);
    private static final LearningRateRule RATE = new ScaledLearningRate(0.008, 32, -0.5, 16, 0, 0.01);

    @ParameterizedTest
    @EnumSource
    void spendsEachBudgetWithinOnePercent(FlopsConvention convention) {
        var trials = sweep(isoFlop(convention, 1e11, 7e3, 2e4, 6.8e4), BatchRule.fixed(8), RATE, List.of(1L))
                .trials(CORPUS);
        assertThat(trials).hasSize(3).allSatisfy(trial -> {
            double flops = convention == FlopsConvention.SIX_ND ? trial.flops6nd() : trial.flopsExact();
            assertThat(flops).isCloseTo(1e11, within(1e9));
            assertThat(trial.budgetFlops()).isEqualTo(1e11);
        });
    }

    @Test
    void ordersTheLongestFirst() {
        var trials = sweep(new Grid(List.of(7e3, 2e4), List.of(1e6, 2e6)), BatchRule.fixed(8), RATE, List.of(1L))
                .trials(CORPUS);
        assertThat(trials)
                .isSortedAccordingTo(
                        Comparator.comparingDouble(Trial::flopsExact).reversed())
                .extracting(Trial::name)
                .containsExactly("d2e6-w32-l1", "d1e6-w32-l1", "d2e6-w16-l1", "d1e6-w16-l1");
        assertThat(trials).extracting(Trial::budgetFlops).containsOnlyNulls();
    }

    @Test
    void crossesRatesAndSeeds() {
        var trials = sweep(
                        isoFlop(FlopsConvention.SIX_ND, 1e11, 7e3, 2e4),
                        BatchRule.fixed(8),
                        new LearningRateGrid(List.of(0.004, 0.008)),
                        List.of(1L, 2L))
                .trials(CORPUS);
        assertThat(trials).hasSize(8);
        assertThat(trials).extracting(Trial::name).doesNotHaveDuplicates().contains("c1e11-w16-l1-lr0.004-s2");
        assertThat(trials).extracting(Trial::runId).doesNotHaveDuplicates();
    }

    @Test
    void trainsTheSameShapeOnce() {
        var trials = sweep(isoFlop(FlopsConvention.SIX_ND, 1e11, 7e3, 7.1e3), BatchRule.fixed(8), RATE, List.of(1L))
                .trials(CORPUS);
        assertThat(trials).hasSize(1);
    }

    @Test
    void saysWhenABudgetIsBelowTheSmallestTrial() {
        var design = sweep(isoFlop(FlopsConvention.SIX_ND, 1e8, 7e3, 2e4), BatchRule.fixed(16), RATE, List.of(1L));
        assertThat(design.problems())
                .containsExactly(new PlanProblem(
                        "/budgets/0/flops",
                        "Cannot plan sweep 'tiny': budget 1e8 FLOPs is below the smallest trial (8.81e8 FLOPs: 7168"
                                + " parameters for 20 steps of 16 sequences); raise it, add a smaller size or shrink"
                                + " the batch"));
        assertThatThrownBy(() -> design.trials(CORPUS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot plan sweep 'tiny': budget 1e8 FLOPs");
    }

    @Test
    void saysWhichSizeABudgetCannotTrain() {
        var design = sweep(isoFlop(FlopsConvention.SIX_ND, 1e10, 7e3, 1e6), BatchRule.fixed(8), RATE, List.of(1L));
        assertThat(design.problems()).hasSize(1).first().satisfies(problem -> {
            assertThat(problem.pointer()).isEqualTo("/budgets/0/params/1");
            assertThat(problem.message()).contains("for only 3 steps of 8 sequences (want 20 steps: ");
        });
    }

    @Test
    void saysWhenWholeStepsMissTheBudget() {
        var design = sweep(isoFlop(FlopsConvention.SIX_ND, 1.087e9, 7e3), BatchRule.fixed(16), RATE, List.of(1L));
        assertThat(design.problems())
                .hasSize(1)
                .first()
                .satisfies(problem -> assertThat(problem.message())
                        .contains(
                                "budget 1.09e9 FLOPs is not within 1 % of any whole number of steps for 7168 parameters"
                                        + " (25 steps of 16 sequences make 1.1e9 FLOPs)"));
    }

    @Test
    void saysWhenNoShapeHasTheSize() {
        var design = sweep(new Grid(List.of(100.0), List.of(1e6)), BatchRule.fixed(16), RATE, List.of(1L));
        assertThat(design.problems())
                .containsExactly(new PlanProblem(
                        "/params/0",
                        "Cannot plan sweep 'tiny': no shape has 100 parameters within 5 %; the nearest has 1216 (width 4,"
                                + " layers 1): ask for that, or lower model.width_multiple"));
    }

    private static IsoFlop isoFlop(FlopsConvention convention, double flops, Double... params) {
        return new IsoFlop(convention, List.of(new IsoFlop.Budget(flops, List.of(params), "/budgets/0/params")));
    }

    private static SweepDesign sweep(Design design, BatchRule batch, LearningRateRule rate, List<Long> seeds) {
        var shapes = new ShapeSearch(new TransformerFamily(16, 64, 256, 256), 32, 4);
        var rules = new RecipeRules(
                Task.NEXT_TOKEN,
                batch,
                null,
                rate,
                20,
                new Cosine(0.05, 0.1),
                0.9,
                0.95,
                1e-8,
                0.1,
                1.0,
                131_072,
                Collections.singletonList(null));
        return new SweepDesign("tiny", shapes, rules, design, seeds);
    }
}
