package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.outlook.UpsetSimulation.Sweep;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The false-alarm rate of {@link Upsets} at 5 %, and its power. {@code -Disoloss.simulations=2000} gives the figures of
 * docs/benchmarks; the test prints them.
 */
@Tag("slow")
class UpsetSimulationTest {
    private static final int SIMULATIONS = Integer.getInteger("isoloss.simulations", 200);
    private static final double ALARMS = 0.05;

    @Test
    void seldomAlarmsWhereSizeDoesNotMatterAndRunsRepeat() {
        assertWithin("90 ties, 3 seeds each", seed -> UpsetSimulation.sizeDoesNotMatter(seed, 0));
    }

    @Test
    void seldomAlarmsWhereSizeDoesNotMatterAndTheNoiseIsKnown() {
        assertWithin("90 ties, known noise", seed -> UpsetSimulation.sizeDoesNotMatterNoiseKnown(seed, 0));
    }

    @Test
    void seldomAlarmsOnTiesAtEqualComputeUnderAFittedLaw() {
        assertWithin("15 ties, residuals", seed -> UpsetSimulation.tiesAtEqualCompute(seed, 0));
    }

    @Test
    void neverAlarmsWhereTheLargerIsBetter() {
        assertThat(rate("larger better, 3 seeds each", UpsetSimulation::largerIsBetter))
                .isZero();
        assertThat(rate("larger better, residuals", UpsetSimulation::largerIsBetterNoiseFromResiduals))
                .isZero();
    }

    @Test
    void findsWhatStandsOutOfTheNoise() {
        for (int deviations : new int[] {2, 4, 6, 8, 12}) {
            double effect = deviations * UpsetSimulation.NOISE;
            double repeats = rate(deviations + " sd, repeats", seed -> UpsetSimulation.sizeDoesNotMatter(seed, effect));
            double known = rate(
                    deviations + " sd, known noise", seed -> UpsetSimulation.sizeDoesNotMatterNoiseKnown(seed, effect));
            double residuals =
                    rate(deviations + " sd, residuals", seed -> UpsetSimulation.tiesAtEqualCompute(seed, effect));
            // Of the benchmark's rates, .99 and more where a bound stands: far above what 200 draws may miss by.
            if (deviations >= 5) {
                assertThat(repeats).isGreaterThan(0.9);
            }
            if (deviations >= 8) {
                assertThat(known).isGreaterThan(0.9);
            }
            if (deviations >= 16) {
                assertThat(residuals).isGreaterThan(0.8);
            }
        }
    }

    /** At most the nominal rate and three standard errors of a binomial: one test in 700 would fail, were its seeds not fixed. */
    private static void assertWithin(String name, LongFunction<Sweep> sweeps) {
        double error = Math.sqrt(ALARMS * (1 - ALARMS) / SIMULATIONS);
        assertThat(rate(name, sweeps)).isLessThanOrEqualTo(ALARMS + 3 * error);
    }

    private static double rate(String name, LongFunction<Sweep> sweeps) {
        double rate = UpsetSimulation.rate(SIMULATIONS, sweeps);
        System.out.printf("%-32s %d sweeps: %.4f%n", name, SIMULATIONS, rate);
        return rate;
    }
}
