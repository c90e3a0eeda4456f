package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.train.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class CeilingTest {
    @Test
    void isMeasuredOnceForADevice() {
        Device here = new Device.Cpu("this", List.of());
        Ceiling first = Ceiling.of(here);
        assertThat(Ceiling.of(here)).isSameAs(first);
        // One thread: no less than a scalar loop of the slowest clock, no more than two AVX-512 units of the fastest.
        assertThat(first.flopsPerSecond()).isBetween(1e8, 1e12);
    }

    @Test
    void aRateOfNothingIsNoCeiling() {
        assertThatThrownBy(() -> new Ceiling(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid ceiling (want FLOP/s above 0): 0.0");
    }
}
