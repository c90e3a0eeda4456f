package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaplTest {
    private static final long RANGE = 262_143_328_850L; // of an Intel Xeon, microjoules

    /** Of sums and products of a few doubles of order 100. */
    private static final double ROUNDING = 1e-9;

    @TempDir
    Path folder;

    private FakeMachine machine;

    @BeforeEach
    void makeMachine() throws IOException {
        machine = new FakeMachine(folder);
    }

    private Rapl open() {
        return Rapl.open(machine.powercap(), machine.stat()).orElseThrow();
    }

    @Test
    void givesTheTrialItsShareOfBusyCoreTime() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 5_000_000, RANGE);
        Rapl rapl = open();
        machine.energy("intel-rapl:0", 105_000_000);
        machine.busySeconds(4);
        assertThat(rapl.take(1)).as("100 J, a quarter of 4 busy seconds").isCloseTo(25, within(ROUNDING));
    }

    @Test
    void countsEachSpanOnce() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE);
        Rapl rapl = open();
        machine.energy("intel-rapl:0", 10_000_000);
        machine.busySeconds(2);
        assertThat(rapl.take(2)).isCloseTo(10, within(ROUNDING));
        machine.energy("intel-rapl:0", 40_000_000);
        machine.busySeconds(4);
        assertThat(rapl.take(1)).as("30 J, half of 2 busy seconds").isCloseTo(15, within(ROUNDING));
    }

    @Test
    void goesOnWhereACounterStartsAnew() throws IOException {
        machine.zone("intel-rapl:0", "package-0", RANGE - 3_000_000, RANGE);
        Rapl rapl = open();
        machine.energy("intel-rapl:0", 2_000_000);
        machine.busySeconds(1);
        assertThat(rapl.take(1)).as("3 J up to the range and 2 J after").isCloseTo(5, within(ROUNDING));
    }

    @Test
    void addsPackagesAndMemoryButNoPartOfThem() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE)
                .zone("intel-rapl:0:0", "core", 0, RANGE)
                .zone("intel-rapl:0:1", "dram", 0, RANGE)
                .zone("intel-rapl:1", "package-1", 0, RANGE)
                .zone("intel-rapl:2", "psys", 0, RANGE);
        Rapl rapl = open();
        machine.energy("intel-rapl:0", 10_000_000);
        machine.energy("intel-rapl:0:0", 700_000_000);
        machine.energy("intel-rapl:0:1", 2_000_000);
        machine.energy("intel-rapl:1", 5_000_000);
        machine.energy("intel-rapl:2", 900_000_000);
        machine.busySeconds(1);
        assertThat(rapl.take(1)).isCloseTo(17, within(ROUNDING));
        assertThat(rapl.source())
                .isEqualTo("rapl: 2 processor packages with memory, the trial's share of busy core time");
    }

    @Test
    void aTrialIsNeverMoreThanTheMachine() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE);
        Rapl rapl = open();
        machine.energy("intel-rapl:0", 1_000_000);
        assertThat(rapl.take(0.004))
                .as("the clock of busy time has ticks of 10 ms")
                .isCloseTo(1, within(ROUNDING));
        machine.energy("intel-rapl:0", 2_000_000);
        assertThat(rapl.take(0)).as("nobody was at work").isZero();
    }

    @Test
    void knowsNoEnergyOnceACounterIsGone() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE);
        Rapl rapl = open();
        Files.delete(machine.powercap().resolve("intel-rapl:0/energy_uj"));
        assertThat(rapl.take(1)).isNull();
    }

    @Test
    void knowsNoEnergyFromACounterThatIsNoNumber() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE);
        Rapl rapl = open();
        Files.writeString(machine.powercap().resolve("intel-rapl:0/energy_uj"), "n/a\n");
        assertThat(rapl.take(1)).isNull();
    }

    @Test
    void isAbsentWithoutPackages() throws IOException {
        assertThat(Rapl.open(folder.resolve("none"), machine.stat())).isEmpty();
        assertThat(Rapl.state(folder.resolve("none"))).isEqualTo(Rapl.State.ABSENT);
        assertThat(Rapl.open(machine.powercap(), machine.stat())).isEmpty();
        machine.zone("intel-rapl:0:0", "core", 0, RANGE);
        assertThat(Rapl.state(machine.powercap())).isEqualTo(Rapl.State.ABSENT);
    }

    @Test
    void isUnreadableIfOneCounterIs() throws IOException {
        machine.zone("intel-rapl:0", "package-0", 0, RANGE).zone("intel-rapl:1", "package-1", 0, RANGE);
        assertThat(Rapl.state(machine.powercap())).isEqualTo(Rapl.State.READABLE);
        Files.delete(machine.powercap().resolve("intel-rapl:1/energy_uj")); // permissions don't bind root
        assertThat(Rapl.state(machine.powercap())).isEqualTo(Rapl.State.UNREADABLE);
        assertThat(Rapl.open(machine.powercap(), machine.stat())).isEmpty();
    }
}
