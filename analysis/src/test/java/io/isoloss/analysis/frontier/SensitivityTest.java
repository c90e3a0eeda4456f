package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Compression;
import io.isoloss.analysis.runs.Compute;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Identity;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.analysis.runs.Provenance;
import io.isoloss.analysis.runs.Quality;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.Size;
import io.isoloss.analysis.runs.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SensitivityTest {
    private static final Chinchilla LAW = Surfaces.CHINCHILLA;
    private static final FitOptions FIT = new FitOptions(1e-3, 20, 1);

    /**
     * Runs on a law in total N and exact C, planned at equal 6ND of the non-embedding N: small models have a larger share in
     * embeddings and attention, so that counting otherwise gives another exponent.
     */
    @Test
    void eachConventionGivesItsOwnExponent() {
        Sensitivity sensitivity = Sensitivity.of(runs(), FIT, IsoFlopOptions.DEFAULT);
        assertThat(sensitivity.rows())
                .extracting(row -> row.flops() + " " + row.params())
                .containsExactly("6nd non-embedding", "6nd total", "exact non-embedding", "exact total");
        assertThat(sensitivity.rows()).allMatch(row -> row.failure() == null);
        Estimate true3 = sensitivity.rows().get(1).approach3();
        // the law holds in total N, with noise of 1e-3 and 35 runs
        assertThat(true3.value()).isCloseTo(LAW.paramsExponent(), within(.02));
        assertThat(sensitivity.rows().get(1).approach2().value()).isCloseTo(LAW.paramsExponent(), within(.03));
        // without the embeddings N grows faster from budget to budget
        assertThat(sensitivity.rows().get(0).approach3().value()).isGreaterThan(true3.value() + .02);
        assertThat(sensitivity.rows().get(0).approach2().value())
                .isGreaterThan(sensitivity.rows().get(1).approach2().value() + .02);
        assertThat(sensitivity.rows()).allSatisfy(row -> {
            assertThat(row.approach2().low()).isLessThan(row.approach2().high());
            assertThat(row.approach3().low()).isLessThan(row.approach3().high());
        });
    }

    @Test
    void saysWhyAConventionHasNoExponent() {
        List<Run> fewer = runs().subList(0, 7);
        Sensitivity sensitivity = Sensitivity.of(fewer, FIT, IsoFlopOptions.DEFAULT);
        assertThat(sensitivity.rows().get(0).approach2()).isEqualTo(Estimate.OPEN);
        assertThat(sensitivity.rows().get(0).approach3()).isEqualTo(Estimate.OPEN);
        assertThat(sensitivity.rows().get(0).failure()).contains("one budget");
    }

    @Test
    void refusesRunsWithOneWayOfCounting() {
        List<Run> runs = List.of(Run.of("a", 1e6, 2e7, null, 3.0));
        assertThatThrownBy(() -> Sensitivity.of(runs, FIT, IsoFlopOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageStartingWith("Cannot compare conventions: all runs together state N and C in 1 way;");
    }

    @Test
    void levelledRunsShareTheirBudgetAndKeepTheirSize() {
        List<Observation> stated = Observation.from(runs());
        List<Observation> counted =
                Observation.from(runs(), new Conventions(Conventions.Flops.EXACT, Conventions.Params.TOTAL));
        List<Observation> level = LevelBudgets.of(stated, counted, LAW);
        assertThat(level).hasSize(stated.size());
        assertThat(level.stream().map(Observation::flops).distinct()).hasSize(5);
        for (Observation point : level) {
            Observation before = counted.stream()
                    .filter(p -> p.name().equals(point.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(point.params()).isEqualTo(before.params());
            assertThat(point.tokens() / before.tokens()).isCloseTo(point.flops() / before.flops(), within(1e-12));
            assertThat(point.budgetFlops()).isEqualTo(point.flops());
            assertThat(point.loss() / before.loss())
                    .isCloseTo(
                            LAW.loss(point.params(), point.tokens()) / LAW.loss(before.params(), before.tokens()),
                            within(1e-12));
        }
    }

    @Test
    void levellingLeavesOutRunsOnNoBudget() {
        List<Observation> spread = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            spread.add(Observation.of("r" + i, 1e6 * Math.pow(1.04, i), 2e7, 3 - .01 * i));
        }
        // each within 5 % of its neighbour, all within 37 %
        assertThat(LevelBudgets.of(spread, spread, LAW)).isEmpty();
        assertThat(LevelBudgets.of(spread.subList(0, 6), spread, LAW)).hasSize(6);
    }

    /** Seven sizes at five budgets of non-embedding 6ND; embeddings of 300 N^(2/3), attention of a tenth at 1e8. */
    private static List<Run> runs() {
        Random random = new Random(5);
        List<Run> runs = new ArrayList<>();
        for (double budget : new double[] {1e18, 1e19, 1e20, 1e21, 1e22}) {
            for (int step = -3; step <= 3; step++) {
                double blocks = LAW.optimalParams(budget) * Math.pow(2, step);
                double total = blocks + 300 * Math.pow(blocks, 2 / 3.0);
                double tokens = budget / (6 * blocks);
                double exact = 6 * total * tokens * (1 + .1 * Math.pow(blocks / 1e8, -1 / 3.0));
                double loss = LAW.loss(total, tokens) * Math.exp(1e-3 * random.nextGaussian());
                String id = String.format("run%02d", runs.size());
                runs.add(new Run(
                        new Identity(id, null, null, null, null, null, null, null, null, null, null, budget),
                        new Size(total, blocks, tokens, null),
                        new Compute(exact, 6 * blocks * tokens),
                        Quality.ofLoss(loss),
                        Cost.NONE,
                        Inference.NONE,
                        Compression.NONE,
                        Training.NONE,
                        Run.COMPLETED,
                        null,
                        Provenance.NONE));
            }
        }
        return runs;
    }
}
