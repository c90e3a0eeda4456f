package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyProbeTest {
    @TempDir
    Path folder;

    private FakeMachine machine;

    @BeforeEach
    void makeMachine() throws IOException {
        machine = new FakeMachine(folder);
    }

    private EnergyProbe probe(boolean nvml) {
        return EnergyProbe.of(nvml, machine.powercap(), machine.stat());
    }

    @Test
    void countsWhereItCan() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, 1_000_000);
        assertThat(probe(false))
                .isEqualTo(new EnergyProbe("rapl: 1 processor package, the trial's share of busy core time", null));
        assertThat(probe(true).source()).startsWith("on GPUs nvml; on the processor rapl: ");
    }

    @Test
    void modelsWhereNothingCounts() {
        assertThat(probe(false))
                .isEqualTo(new EnergyProbe(
                        "model: 12 W a core (Green Algorithms 2021, unnamed processor) times its busy time",
                        "give the watts of a core at work in cost.watts_per_core"));
    }

    @Test
    void saysHowCountersBecomeReadable() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, 1_000_000);
        Files.delete(machine.powercap().resolve("intel-rapl:0/energy_uj")); // permissions don't bind root
        EnergyProbe probe = probe(false);
        assertThat(probe.source()).startsWith("model: ");
        assertThat(probe.remedy())
                .isEqualTo("let trials read the counters: as root, chmod a+r " + machine.powercap()
                        + "/intel-rapl:*/energy_uj; or give the watts of a core in cost.watts_per_core");
    }
}
