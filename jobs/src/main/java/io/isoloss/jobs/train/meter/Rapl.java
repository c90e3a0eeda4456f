package io.isoloss.jobs.train.meter;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The energy counters of Linux's power capping framework (kernel document {@code power/powercap/powercap.rst}): processor
 * packages and their memory. They count the whole machine, idle power included; a trial's is its share of the busy core
 * time of the machine in the same span. Counters restart from zero after their range, within minutes to hours, so that
 * spans must be shorter.
 */
final class Rapl implements EnergyMeter {
    /** Where Linux has the counters. */
    static final Path POWERCAP = Path.of("/sys/class/powercap");

    /** Where Linux tells busy core time. */
    static final Path STAT = Path.of("/proc/stat");

    /** What a machine offers. */
    enum State {
        ABSENT,
        /** There, but only root may read them: the default since Linux 5.10 (CVE-2020-8694). */
        UNREADABLE,
        READABLE
    }

    private static final double MICRO = 1e-6;
    private static final double CLOCK_TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
    private static final int FIRST_FIELD = 1; // after "cpu": user, nice, system, idle, iowait, irq, softirq
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int LAST_FIELD = 7;

    private final List<Zone> zones;
    private final int packages;
    private final Path stat;
    private double lastBusy;

    /** One counter and what it last showed. */
    private static final class Zone {
        private final Path energy;
        private final long range;
        private long last;

        Zone(Path folder) throws IOException {
            this.energy = folder.resolve("energy_uj");
            this.range = number(folder.resolve("max_energy_range_uj"));
            this.last = number(energy);
        }

        double joules() throws IOException {
            long now = number(energy);
            long taken = now >= last ? now - last : range - last + now;
            last = now;
            return taken * MICRO;
        }
    }

    private Rapl(List<Zone> zones, int packages, Path stat) throws IOException {
        this.zones = zones;
        this.packages = packages;
        this.stat = stat;
        this.lastBusy = busySeconds(stat);
    }

    /** Starts counting; empty where there are no counters or they can't all be read. */
    static Optional<Rapl> open(Path powercap, Path stat) {
        try {
            List<Path> folders = zones(powercap);
            int packages = (int) folders.stream().filter(Rapl::isPackage).count();
            List<Zone> zones = new ArrayList<>();
            for (Path folder : folders) {
                zones.add(new Zone(folder));
            }
            return packages == 0 ? Optional.empty() : Optional.of(new Rapl(zones, packages, stat));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static State state(Path powercap) {
        try {
            List<Path> folders = zones(powercap);
            if (folders.stream().noneMatch(Rapl::isPackage)) {
                return State.ABSENT;
            }
            return folders.stream().allMatch(folder -> Files.isReadable(folder.resolve("energy_uj")))
                    ? State.READABLE
                    : State.UNREADABLE;
        } catch (IOException e) {
            return State.ABSENT;
        }
    }

    @Override
    public String source() {
        return "rapl: " + packages + (packages == 1 ? " processor package" : " processor packages")
                + (zones.size() > packages ? " with memory" : "") + ", the trial's share of busy core time";
    }

    @Override
    public Double take(double busySeconds) {
        try {
            double joules = 0;
            for (Zone zone : zones) {
                joules += zone.joules();
            }
            double busy = busySeconds(stat);
            double all = busy - lastBusy;
            lastBusy = busy;
            return joules * (busySeconds >= all ? (busySeconds > 0 ? 1 : 0) : busySeconds / all);
        } catch (IOException e) {
            return null;
        }
    }

    /** Packages, and the memory beside each; cores and graphics are parts of a package, psys is the sum of all. */
    private static List<Path> zones(Path powercap) throws IOException {
        List<Path> zones = new ArrayList<>();
        if (!Files.isDirectory(powercap)) {
            return zones;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(powercap, "intel-rapl:*")) {
            for (Path folder : folders) {
                if (isPackage(folder) || name(folder).equals("dram")) {
                    zones.add(folder);
                }
            }
        }
        zones.sort(Comparator.naturalOrder());
        return zones;
    }

    private static boolean isPackage(Path zone) {
        return name(zone).startsWith("package-");
    }

    private static String name(Path zone) {
        try {
            return Files.readString(zone.resolve("name")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static long number(Path file) throws IOException {
        String text = Files.readString(file).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("Cannot read the counter " + file + ": '" + text + "' is no whole number", e);
        }
    }

    /** Of all cores since the machine started, waiting for disks not counted. */
    private static double busySeconds(Path stat) throws IOException {
        try (Stream<String> lines = Files.lines(stat)) {
            String[] fields = lines.filter(line -> line.startsWith("cpu "))
                    .findFirst()
                    .orElseThrow(() -> new IOException("Cannot find the line 'cpu' in " + stat))
                    .split("\\s+", -1);
            double ticks = 0;
            for (int i = FIRST_FIELD; i <= LAST_FIELD; i++) {
                if (i != IDLE && i != IO_WAIT) {
                    ticks += Long.parseLong(fields[i]);
                }
            }
            return ticks / CLOCK_TICKS_PER_SECOND;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("Cannot read the line 'cpu' of " + stat, e);
        }
    }
}
