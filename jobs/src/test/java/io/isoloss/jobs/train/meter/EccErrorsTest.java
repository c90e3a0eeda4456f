package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.train.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class EccErrorsTest {
    private final FakeNvml machine = new FakeNvml();

    private EccErrors watch() {
        return EccErrors.watch(Nvml.open(machine, 0).orElseThrow());
    }

    @Test
    void tellsOnlyOfThoseSinceItWatched() {
        machine.uncorrectedErrors = 7L;
        EccErrors errors = watch();
        assertThat(errors.risen()).isZero();
        machine.uncorrectedErrors = 9L;
        assertThat(errors.risen()).isEqualTo(2);
        machine.uncorrectedErrors = 0L;
        assertThat(errors.risen()).as("after a reset").isZero();
    }

    @Test
    void tellsOfNoneWhereNothingCounts() {
        EccErrors none = watch();
        machine.uncorrectedErrors = 4L;
        assertThat(none.risen()).as("ECC was off").isZero();
        assertThat(EccErrors.watch(new Device.Cpu("processor", List.of())).risen())
                .isZero();
    }
}
