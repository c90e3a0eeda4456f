package io.isoloss.jobs.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.jobs.sweep.Allowance;
import io.isoloss.jobs.sweep.Caps;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the attempts of a sweep took and what those that run may take: one file an attempt, {@code ledger/RUN_ID.DRIVER.UUID.json}.
 * An attempt is entered with all that it may take before its trial starts, and settled with what it took. One that was lost
 * keeps its entry: it may have taken all of it.
 *
 * <p>A reservation is written first and the sum looked at then, so that two drivers may both stand back but never both go
 * too far.
 */
public final class Ledger {
    private static final String FOLDER = "ledger";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Seconds below which an allowance is not worth starting a trial for. */
    private static final double LEAST_SECONDS = 2;

    private final ResultStore store;
    private final Folder folder;
    private final Caps caps;
    private final Map<String, Entry> settled = new HashMap<>(); // by file: they change no more

    /**
     * An attempt.
     *
     * @param flops exact count of all its steps
     * @param seconds null where no cap asks for them
     * @param joules likewise
     * @param isSettled whether these were taken; else they are the most that may be
     */
    public record Entry(double flops, Double seconds, Double joules, boolean isSettled) {
        private Entry endedAfter(double most) {
            return new Entry(flops, seconds == null ? null : (Double) Math.min(seconds, most), joules, true);
        }
    }

    /**
     * Room for an attempt.
     *
     * @param file null where no cap asks for one
     */
    public record Reservation(String file, Allowance allowance) implements Serializable {
        /** Where nothing is capped. */
        public static final Reservation NONE = new Reservation(null, Allowance.UNLIMITED);

        /** The greater share that was taken of what it allows; 0 where it allows all. */
        public double share(double seconds, Double joules) {
            double ofSeconds = allowance.seconds() == null ? 0 : seconds / allowance.seconds();
            double ofJoules = allowance.joules() == null || joules == null ? 0 : joules / allowance.joules();
            return Math.max(ofSeconds, ofJoules);
        }
    }

    public Ledger(ResultStore store, Caps caps) {
        this.store = store;
        this.folder = Folder.at(store.root());
        this.caps = caps;
    }

    /**
     * Enters an attempt, if there is room for it.
     *
     * @param flops that it takes
     * @param share of what is left of seconds and joules that it may have, such as one over the free slots
     * @return what it may take; empty if there is no room
     */
    public Optional<Reservation> reserve(Claim claim, double flops, double share) throws IOException {
        if (caps.none()) {
            return Optional.of(Reservation.NONE);
        }
        Entry before = sum();
        Double seconds = part(caps.deviceSeconds(), before.seconds, share);
        Double joules = part(caps.joules(), before.joules, share);
        if ((seconds != null && seconds < LEAST_SECONDS) || (joules != null && joules <= 0)) {
            return Optional.empty();
        }
        String file = claim.runId() + "." + claim.driver() + "." + UUID.randomUUID() + ".json";
        write(file, new Entry(flops, seconds, joules, false));
        if (exceeds(sum())) {
            folder.delete(FOLDER, file);
            return Optional.empty();
        }
        return Optional.of(new Reservation(file, new Allowance(seconds, joules)));
    }

    /**
     * Notes what an attempt took.
     *
     * @param joules null if not measured: then all that it might have taken
     */
    public void settle(Reservation reservation, double flops, double seconds, Double joules) throws IOException {
        if (reservation.file != null) {
            Double most = reservation.allowance.joules();
            write(reservation.file, new Entry(flops, seconds, joules == null ? most : joules, true));
        }
    }

    /**
     * Settles the attempts of drivers whose processes have ended, by what they last said: they trained for at most a lease
     * longer. Their FLOPs and joules stay as reserved.
     */
    public void settleDead() throws IOException {
        for (Pulse pulse : caps.none() ? List.<Pulse>of() : Pulse.all(store)) {
            for (String file : pulse.dead() ? folder.names(FOLDER, "") : List.<String>of()) {
                Optional<Entry> entry = file.contains("." + pulse.driver().id() + ".") ? read(file) : Optional.empty();
                if (entry.isPresent() && !entry.get().isSettled) {
                    String runId = file.substring(0, file.indexOf('.'));
                    write(file, entry.get().endedAfter(pulse.trainedAtMost(runId)));
                }
            }
        }
    }

    /** Whether no trial could be given seconds or joules, however few FLOPs it takes. */
    public boolean isOutOfTime() throws IOException {
        Entry sum = sum();
        Double seconds = part(caps.deviceSeconds(), sum.seconds, 1);
        Double joules = part(caps.joules(), sum.joules, 1);
        return (seconds != null && seconds < LEAST_SECONDS) || (joules != null && joules <= 0);
    }

    /** Of all attempts, those that run at their most. */
    public Entry sum() throws IOException {
        double flops = 0;
        double seconds = 0;
        double joules = 0;
        Set<String> names = new HashSet<>(folder.names(FOLDER, ""));
        for (String name : names) {
            Entry entry =
                    settled.containsKey(name) ? settled.get(name) : read(name).orElse(null);
            if (entry == null) {
                continue; // withdrawn since it was listed
            }
            if (entry.isSettled) {
                settled.put(name, entry);
            }
            flops += entry.flops;
            seconds += entry.seconds == null ? 0 : entry.seconds;
            joules += entry.joules == null ? 0 : entry.joules;
        }
        return new Entry(flops, seconds, joules, false);
    }

    /** What the caps leave, for people. */
    public String words() throws IOException {
        Entry sum = sum();
        StringBuilder words = new StringBuilder();
        words(words, caps.flops(), sum.flops, 1, "FLOPs");
        words(words, caps.deviceSeconds(), sum.seconds, 3600, "device-hours");
        words(words, caps.joules(), sum.joules, 3.6e6, "kWh of the devices");
        return words.toString();
    }

    private static void words(StringBuilder words, Double cap, double taken, double unit, String name) {
        if (cap != null) {
            words.append(words.isEmpty() ? "" : ", ")
                    .append(String.format(
                            Locale.ROOT, "%.4g of %.4g %s taken or reserved", taken / unit, cap / unit, name));
        }
    }

    private static Double part(Double cap, double taken, double share) {
        return cap == null ? null : (Double) Math.max(0, (cap - taken) * share);
    }

    private boolean exceeds(Entry sum) {
        return (caps.flops() != null && sum.flops > caps.flops())
                || (caps.deviceSeconds() != null && sum.seconds > caps.deviceSeconds() * (1 + 1e-12))
                || (caps.joules() != null && sum.joules > caps.joules() * (1 + 1e-12));
    }

    private void write(String file, Entry entry) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(entry);
        folder.write(FOLDER, file, out -> out.write(json));
    }

    private Optional<Entry> read(String name) throws IOException {
        Optional<byte[]> json = folder.read(FOLDER, name);
        return json.isEmpty() ? Optional.empty() : Optional.of(MAPPER.readValue(json.get(), Entry.class));
    }
}
