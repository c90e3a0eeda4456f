package io.isoloss.analysis.outlook;

import static io.isoloss.analysis.outlook.NextRunsSimulation.mean;
import static io.isoloss.analysis.outlook.NextRunsSimulation.rootMeanSquareMiss;
import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.outlook.NextRunsSimulation.Outcome;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether the runs of {@link NextRuns} shrink the interval of N_opt more than other runs of the same cost. {@code
 * -Disoloss.simulations=100} gives the figures of docs/benchmarks; the test prints them.
 */
@Tag("slow")
class NextRunsSimulationTest {
    private static final int SIMULATIONS = Integer.getInteger("isoloss.simulations", 4);
    private static final int REPLICATES = 100;

    /**
     * The bounds are on ratios of mean widths, each known to a few per cent; the benchmark's ratios lie
     * further from them than that.
     */
    @ParameterizedTest
    @CsvSource({"7, 1.05, 0.95", "14, 0.9, 0.8"})
    void shrinkTheIntervalMoreThanOtherRunsOfTheSameCost(int count, double againstRandom, double againstRepeat) {
        List<Outcome> outcomes = LongStream.range(0, SIMULATIONS)
                .mapToObj(seed -> NextRunsSimulation.simulate(seed, count, REPLICATES))
                .toList();
        double before = mean(outcomes, outcome -> outcome.before().width());
        double expected = mean(outcomes, Outcome::expected);
        double chosen = mean(outcomes, outcome -> outcome.chosen().width());
        double random = mean(outcomes, outcome -> outcome.random().width());
        double again = mean(outcomes, outcome -> outcome.again().width());
        System.out.printf(
                "%d runs, %d sweeps: width of ln N_opt before %.3f, chosen %.3f (expected %.3f), random %.3f, largest"
                        + " budget again %.3f; root mean square miss %.3f, %.3f, %.3f, %.3f%n",
                count,
                SIMULATIONS,
                before,
                chosen,
                expected,
                random,
                again,
                rootMeanSquareMiss(outcomes, Outcome::before),
                rootMeanSquareMiss(outcomes, Outcome::chosen),
                rootMeanSquareMiss(outcomes, Outcome::random),
                rootMeanSquareMiss(outcomes, Outcome::again));
        assertThat(chosen).isLessThan(0.9 * before);
        assertThat(chosen).isLessThan(againstRandom * random);
        assertThat(chosen).isLessThan(againstRepeat * again);
        assertThat(chosen / expected)
                .isBetween(0.8, 1.25); // to first order, under another objective than least squares
    }
}
