package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

    @Test
    void climbsInALineThenFallsAsACosineToItsLastFraction() {
        LearningRateSchedule schedule = new LearningRateSchedule(0.01, 100, 0.2, 0.1);
        assertThat(schedule.rate(0)).isCloseTo(0.0005, within(1e-15));
        assertThat(schedule.rate(9)).isCloseTo(0.005, within(1e-15));
        assertThat(schedule.rate(19)).isCloseTo(0.01, within(1e-15));
        // 81 steps of cosine after step 19; half way at step 59.5.
        assertThat((schedule.rate(59) + schedule.rate(60)) / 2).isCloseTo(0.0055, within(1e-5));
        for (int step = 20; step < 100; step++) {
            assertThat(schedule.rate(step)).isLessThan(schedule.rate(step - 1)).isGreaterThan(0.001);
        }
    }

    @Test
    void neverWastesAStep() {
        LearningRateSchedule schedule = new LearningRateSchedule(1, 1, 0, 0);
        assertThat(schedule.rate(0)).isEqualTo(1);
        LearningRateSchedule ending = new LearningRateSchedule(1, 10, 0.1, 0);
        assertThat(ending.rate(9)).isPositive();
    }
}
