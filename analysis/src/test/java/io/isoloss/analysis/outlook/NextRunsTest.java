package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.outlook.NextRuns.Candidate;
import io.isoloss.analysis.outlook.NextRuns.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextRunsTest {
    private static final Chinchilla LAW = Surfaces.CHINCHILLA;
    private static final List<Observation> RUNS = Surfaces.isoFlops(LAW, 3e-3, 1, new double[] {1e18, 1e19, 1e20}, 0);
    private static final FittedLaw FITTED = Fits.fit(RUNS, 100, 1);
    private static final double TARGET = 1e22;

    @Test
    void theCellsStayWithinWhatWasMeasured() {
        List<Candidate> candidates = NextRuns.candidates(RUNS, null);
        assertThat(candidates).hasSizeGreaterThan(100);
        double rounding = 1 + 1e-6;
        assertThat(candidates).allSatisfy(cell -> {
            assertThat(cell.params())
                    .isBetween(min(Observation::params) / rounding, max(Observation::params) * rounding);
            assertThat(cell.tokens())
                    .isBetween(min(Observation::tokens) / rounding, max(Observation::tokens) * rounding);
            assertThat(cell.flops()).isBetween(1e18 / rounding, 1e20 * rounding);
        });
    }

    @Test
    void aDearerRunWidensTheRanges() {
        List<Candidate> candidates = NextRuns.candidates(RUNS, 4e20);
        assertThat(candidates.stream().mapToDouble(Candidate::flops).max().orElseThrow())
                .isBetween(2.8e20, 4e20 * (1 + 1e-6)); // steps of the square root of two in N and D
        assertThat(candidates.stream().mapToDouble(Candidate::params).max().orElseThrow())
                .isCloseTo(2 * max(Observation::params), within(1e-6 * max(Observation::params)));
        assertThat(candidates.stream().mapToDouble(Candidate::tokens).max().orElseThrow())
                .isCloseTo(2 * max(Observation::tokens), within(1e-6 * max(Observation::tokens)));
        assertThat(candidates.stream().mapToDouble(Candidate::params).min().orElseThrow())
                .isCloseTo(min(Observation::params), within(1e-6 * min(Observation::params)));
        assertThat(NextRuns.candidates(RUNS, 1e19)).allMatch(cell -> cell.flops() <= 1e19 * (1 + 1e-6));
    }

    private static double min(java.util.function.ToDoubleFunction<Observation> value) {
        return RUNS.stream().mapToDouble(value).min().orElseThrow();
    }

    private static double max(java.util.function.ToDoubleFunction<Observation> value) {
        return RUNS.stream().mapToDouble(value).max().orElseThrow();
    }

    @Test
    void oneRunIsTheBestOfAllThatTheSpendBuys() {
        NextRuns next = NextRuns.of(FITTED, RUNS, TARGET, 1, 5e19, null);
        Information now = new Information((Chinchilla) FITTED.law(), RUNS);
        double[] target = now.optimumSlopes(TARGET);
        double best = NextRuns.candidates(RUNS, null).stream()
                .filter(cell -> cell.flops() <= 5e19)
                .mapToDouble(cell -> now.reduction(target, cell.params(), cell.tokens()))
                .max()
                .orElseThrow();
        assertThat(next.cells()).hasSize(1);
        assertThat(next.cells().get(0).varianceReduction()).isCloseTo(best / now.variance(target), within(1e-12));
    }

    @Test
    void twoRunsAreTheBestPairOfAll() {
        List<Candidate> candidates = NextRuns.candidates(RUNS, null);
        Information now = new Information((Chinchilla) FITTED.law(), RUNS);
        double[] target = now.optimumSlopes(TARGET);
        double least = Double.POSITIVE_INFINITY;
        for (Candidate one : candidates) {
            Information with = now.with(one.params(), one.tokens());
            for (Candidate other : candidates) {
                if (one.flops() + other.flops() <= 3e19) {
                    least = Math.min(
                            least, with.variance(target) - with.reduction(target, other.params(), other.tokens()));
                }
            }
        }
        NextRuns next = NextRuns.of(FITTED, RUNS, TARGET, 2, 3e19, null);
        double left =
                1 - next.cells().stream().mapToDouble(Cell::varianceReduction).sum();
        // Swaps of single runs can end a little above the best pair.
        assertThat(left * now.variance(target) / least).isBetween(1 - 1e-9, 1.01);
    }

    @Test
    void keepsToTheSpendAndSaysWhatItCosts() {
        for (double spend : new double[] {1e19, 1e20, 5e20}) {
            NextRuns next = NextRuns.of(FITTED, RUNS, TARGET, 5, spend, null);
            assertThat(next.cells()).hasSize(5);
            assertThat(next.flops()).isLessThanOrEqualTo(spend * (1 + 1e-6));
            assertThat(next.flops())
                    .isEqualTo(next.cells().stream().mapToDouble(Cell::flops).sum());
            assertThat(next.cells()).allSatisfy(cell -> {
                assertThat(cell.flops()).isEqualTo(6 * cell.params() * cell.tokens());
                assertThat(cell.reductionPerExaflop())
                        .isCloseTo(cell.varianceReduction() / cell.flops() * 1e18, within(1e-12));
            });
        }
    }

    @Test
    void spendsTheMeanCostOfTheRunsByDefault() {
        double mean = (1e18 + 1e19 + 1e20) / 3;
        assertThat(NextRuns.of(FITTED, RUNS, TARGET, 4, null, null))
                .isEqualTo(NextRuns.of(FITTED, RUNS, TARGET, 4, 4 * mean, null));
    }

    @Test
    void namesTheMostForItsCostFirst() {
        List<Cell> cells = NextRuns.of(FITTED, RUNS, TARGET, 6, null, null).cells();
        for (Cell later : cells.subList(1, cells.size())) {
            assertThat(cells.get(0).reductionPerExaflop()).isGreaterThanOrEqualTo(later.reductionPerExaflop());
        }
    }

    @Test
    void shrinksTheIntervalByTheRootOfTheVarianceLeft() {
        NextRuns next = NextRuns.of(FITTED, RUNS, TARGET, 5, null, null);
        double left =
                1 - next.cells().stream().mapToDouble(Cell::varianceReduction).sum();
        double optimum = next.paramsNow().value();
        assertThat(optimum).isEqualTo(FITTED.surface().optimalParams(TARGET));
        assertThat(next.targetFlops()).isEqualTo(TARGET);
        assertThat(Math.log(next.paramsThen().high() / optimum)
                        / Math.log(next.paramsNow().high() / optimum))
                .isCloseTo(Math.sqrt(left), within(1e-9));
        assertThat(Math.log(next.paramsThen().low() / optimum)
                        / Math.log(next.paramsNow().low() / optimum))
                .isCloseTo(Math.sqrt(left), within(1e-9));
        assertThat(next.paramsThen().value()).isEqualTo(optimum);
        double[] replicates = FITTED.surfaces().stream()
                .mapToDouble(law -> law.optimalParams(TARGET))
                .sorted()
                .toArray();
        assertThat(next.paramsNow().low()).isBetween(replicates[2], replicates[3]);
    }

    @Test
    void withoutABootstrapTheIntervalIsOfFirstOrder() {
        FittedLaw bare = new FittedLaw(FITTED.law(), List.of(), RUNS.size(), 1e18, 1e20, List.of());
        NextRuns next = NextRuns.of(bare, RUNS, TARGET, 5, null, null);
        Information now = new Information((Chinchilla) FITTED.law(), RUNS);
        double error = next.noise() * Math.sqrt(now.variance(now.optimumSlopes(TARGET)));
        assertThat(Math.log(next.paramsNow().high() / next.paramsNow().value()) / error)
                .isCloseTo(1.959964, within(1e-9));
        assertThat(Math.log(next.paramsNow().low() / next.paramsNow().value()) / error)
                .isCloseTo(-1.959964, within(1e-9));
    }

    @Test
    void noiseIsThatOfTheRuns() {
        double squares = RUNS.stream()
                .mapToDouble(run -> Math.log(run.loss() / FITTED.surface().loss(run.params(), run.tokens())))
                .map(residual -> residual * residual)
                .sum();
        NextRuns next = NextRuns.of(FITTED, RUNS, TARGET, 1, null, null);
        assertThat(next.noise()).isCloseTo(Math.sqrt(squares / (RUNS.size() - 5)), within(1e-12));
    }

    @Test
    void refusesASpendThatBuysNothing() {
        assertThatThrownBy(() -> NextRuns.of(FITTED, RUNS, TARGET, 3, 2e18, null))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessageStartingWith("Cannot buy 3 runs for 2.0E18 FLOPs: the cheapest")
                .hasMessageEndingWith("or ask for fewer.");
        assertThatThrownBy(() -> NextRuns.of(FITTED, RUNS, TARGET, 1, null, 1e17))
                .isInstanceOf(IsolossException.class);
    }

    @Test
    void refusesRunsThatDoNotTellTheTermsApart() {
        assertThatThrownBy(() -> NextRuns.of(FITTED, RUNS.subList(0, 4), TARGET, 3, null, null))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessage("Cannot choose next runs: the 4 runs so far do not tell the law's terms apart; vary N and D"
                        + " independently.");
    }
}
