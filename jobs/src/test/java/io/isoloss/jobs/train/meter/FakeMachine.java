package io.isoloss.jobs.train.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A power capping folder and a {@code /proc/stat} like those of Linux, to be set by hand. */
final class FakeMachine {
    private final Path folder;
    private final Path powercap;

    FakeMachine(Path folder) throws IOException {
        this.folder = folder;
        this.powercap = Files.createDirectories(folder.resolve("powercap"));
        busySeconds(0);
    }

    Path powercap() {
        return powercap;
    }

    Path stat() {
        return folder.resolve("stat");
    }

    FakeMachine zone(String zone, String name, long microjoules, long range) throws IOException {
        Path counter = Files.createDirectories(powercap.resolve(zone));
        Files.writeString(counter.resolve("name"), name + "\n");
        Files.writeString(counter.resolve("max_energy_range_uj"), range + "\n");
        energy(zone, microjoules);
        return this;
    }

    void energy(String zone, long microjoules) throws IOException {
        Files.writeString(powercap.resolve(zone).resolve("energy_uj"), microjoules + "\n");
    }

    /** Half of it in user mode, a quarter each in the kernel and in interrupts; much idling and waiting beside it. */
    void busySeconds(double seconds) throws IOException {
        long half = Math.round(seconds * 50);
        long quarter = Math.round(seconds * 25);
        Files.writeString(
                stat(),
                "cpu  " + half + " 0 " + quarter + " 99999 777 " + quarter + " 0 0 0 0\ncpu0 1 2 3 4 5 6 7 8 9 9\n");
    }
}
