package io.isoloss.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void cosineClimbsInALineThenFallsToItsLastFraction() {
        var schedule = new Cosine(0.2, 0.1);
        assertThat(schedule.share(0, 100)).isCloseTo(0.05, within(1e-15));
        assertThat(schedule.share(9, 100)).isCloseTo(0.5, within(1e-15));
        assertThat(schedule.share(19, 100)).isCloseTo(1, within(1e-15));
        // 81 steps of cosine after step 19; half way at step 59.5.
        assertThat((schedule.share(59, 100) + schedule.share(60, 100)) / 2).isCloseTo(0.55, within(1e-3));
        for (int step = 20; step < 100; step++) {
            assertThat(schedule.share(step, 100))
                    .isLessThan(schedule.share(step - 1, 100))
                    .isGreaterThan(0.1);
        }
    }

    @Test
    void neverWastesAStep() {
        assertThat(new Cosine(0, 0).share(0, 1)).isEqualTo(1);
        assertThat(new Cosine(0.1, 0).share(9, 10)).isPositive();
        assertThat(new WarmupStableDecay(0, 0.2, 0).share(9, 10)).isPositive();
        assertThat(new WarmupStableDecay(5, 0.2, 0).share(0, 10)).isPositive();
    }

    @Test
    void warmupStableDecayIsStableBetweenItsEnds() {
        var schedule = new WarmupStableDecay(10, 0.2, 0.1);
        assertThat(schedule.share(4, 100)).isCloseTo(0.5, within(1e-15));
        for (int step = 9; step < 80; step++) {
            assertThat(schedule.share(step, 100)).isEqualTo(1);
        }
        // 21 intervals of decay after step 79: at progress p the rate is .1 + .9 (1 - √p).
        assertThat(schedule.share(80, 100)).isCloseTo(0.1 + 0.9 * (1 - Math.sqrt(1 / 21.0)), within(1e-12));
        assertThat(schedule.share(99, 100)).isCloseTo(0.1 + 0.9 * (1 - Math.sqrt(20 / 21.0)), within(1e-12));
    }

    @Test
    void runsOfOneModelShareAllButTheirDecays() {
        var schedule = new WarmupStableDecay(10, 0.25, 0);
        assertThat(schedule.sharedSteps(200)).isEqualTo(150);
        for (int step = 0; step < schedule.sharedSteps(100); step++) {
            assertThat(schedule.share(step, 100)).isEqualTo(schedule.share(step, 200));
        }
        assertThat(new Cosine(0.1, 0).sharedSteps(100)).isZero();
    }

    @Test
    void refusesSharesOutOfRange() {
        assertThatThrownBy(() -> new Cosine(1.5, 0)).hasMessage("Invalid warm-up fraction (want in [0, 1]): 1.5");
        assertThatThrownBy(() -> new WarmupStableDecay(10, -0.1, 0))
                .hasMessage("Invalid decay fraction (want in [0, 1]): -0.1");
    }
}
