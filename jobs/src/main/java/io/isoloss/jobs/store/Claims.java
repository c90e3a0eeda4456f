package io.isoloss.jobs.store;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One driver's claims on the trials of a folder that it may share with other drivers. A claim is a file created
 * exclusively; its driver's lease is one file that it writes anew at each heartbeat. A driver whose beat has stood still for
 * a lease, by the clock of who looks, is taken for dead: clocks of two machines are never compared. One that goes on later
 * finds its trials under a greater token, and what it trained is dropped.
 */
public final class Claims implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final Folder folder;
    private final String root;
    private final Heartbeat heartbeat;
    private final Supplier<Pulse.Progress> progress;
    private final LongSupplier nanoTime;
    private final Driver driver = Driver.here();
    private final Map<String, Claim> held = new ConcurrentHashMap<>(); // by run id
    private final Map<String, Seen> seen = new HashMap<>(); // by driver, or claim file without one
    private final ScheduledExecutorService beats;
    private long beat;

    /** A beat, and when this process first saw it. */
    private record Seen(long beat, long nanos) {}

    private Claims(ResultStore store, Heartbeat heartbeat, Supplier<Pulse.Progress> progress, LongSupplier nanoTime) {
        this.root = store.root();
        this.folder = Folder.at(root);
        this.heartbeat = heartbeat;
        this.progress = progress;
        this.nanoTime = nanoTime;
        this.beats = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "heartbeat");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Announces this driver in the folder, and goes on doing so until closed.
     *
     * @param progress told to whoever asks for the status
     * @throws IsolossException of kind BAD_INPUT if the folder can't hold claims
     */
    public static Claims open(ResultStore store, Heartbeat heartbeat, Supplier<Pulse.Progress> progress) {
        return open(store, heartbeat, progress, System::nanoTime);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // beatOrLapse tells of what goes wrong
    static Claims open(
            ResultStore store, Heartbeat heartbeat, Supplier<Pulse.Progress> progress, LongSupplier nanoTime) {
        Claims claims = new Claims(store, heartbeat, progress, nanoTime);
        try {
            claims.probe();
            claims.beat();
        } catch (IOException | RuntimeException e) {
            claims.beats.shutdownNow();
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot claim trials in '" + claims.root + "': " + IsolossException.cause(e), e);
        }
        claims.beats.scheduleWithFixedDelay(
                claims::beatOrLapse, heartbeat.millis(), heartbeat.millis(), TimeUnit.MILLISECONDS);
        return claims;
    }

    /**
     * Claims a run.
     *
     * @return empty while another driver holds it
     */
    public synchronized Optional<Claim> claim(String runId) throws IOException {
        Optional<Claim> fresh = claim(runId, 1, List.of());
        if (fresh.isPresent()) {
            return fresh;
        }
        List<ClaimFile> before = ClaimFile.of(folder, runId);
        Optional<ClaimFile> holder = before.stream().max(Comparator.comparingInt(ClaimFile::token));
        return holder.isEmpty() || !isAbandoned(holder.get())
                ? Optional.empty()
                : claim(runId, holder.get().token() + 1, before);
    }

    /** Under a token, unless there are other claims on the run than those seen before. */
    private Optional<Claim> claim(String runId, int token, List<ClaimFile> before) throws IOException {
        ClaimFile own = new ClaimFile(runId, token, driver.id());
        if (!folder.mark(ClaimFile.FOLDER, own.name(), driver.id().getBytes(StandardCharsets.UTF_8))) {
            return Optional.empty();
        }
        List<ClaimFile> others = ClaimFile.of(folder, runId);
        others.remove(own);
        if (!before.containsAll(others)) { // the one taken over had been released, and a third driver was faster
            folder.delete(ClaimFile.FOLDER, own.name());
            return Optional.empty();
        }
        Claim claim = new Claim(root, runId, token, driver.id());
        held.put(runId, claim);
        return Optional.of(claim);
    }

    /** Takes a run that this driver holds under a greater token, so that what its last attempt still writes is dropped. */
    public synchronized Claim renew(Claim claim) throws IOException {
        ClaimFile next = new ClaimFile(claim.runId(), claim.token() + 1, driver.id());
        claim.check();
        if (!folder.mark(ClaimFile.FOLDER, next.name(), driver.id().getBytes(StandardCharsets.UTF_8))) {
            throw new Claim.FencedException(claim);
        }
        Claim renewed = new Claim(root, claim.runId(), next.token(), driver.id());
        held.put(claim.runId(), renewed);
        return renewed;
    }

    /** Gives a run back: its result stands, or others may try. */
    public synchronized void release(Claim claim) throws IOException {
        if (!held.remove(claim.runId(), claim)) {
            return;
        }
        List<ClaimFile> files = ClaimFile.of(folder, claim.runId());
        files.sort(Comparator.comparingInt(ClaimFile::token)); // the greatest last: until then it fences
        if (!files.isEmpty() && claim.isIn(files.get(files.size() - 1))) {
            for (ClaimFile file : files) {
                folder.delete(ClaimFile.FOLDER, file.name());
            }
        }
    }

    String driverId() {
        return driver.id();
    }

    /** Whether the driver of a claim has ended, or gave no sign for a lease. */
    private boolean isAbandoned(ClaimFile claim) throws IOException {
        if (driver.id().equals(claim.driver())) {
            return false;
        }
        if (claim.driver() == null) {
            return stoodStill(claim.name(), 0);
        }
        Optional<Pulse> pulse = Pulse.read(folder, claim.driver()); // empty also while a store replaces it
        return pulse.filter(Pulse::dead).isPresent()
                || stoodStill(claim.driver(), pulse.map(Pulse::beat).orElse(0L));
    }

    private boolean stoodStill(String who, long beatNow) {
        long now = nanoTime.getAsLong();
        Seen last = seen.get(who);
        if (last == null || last.beat != beatNow) {
            seen.put(who, new Seen(beatNow, now));
            return false;
        }
        return (now - last.nanos) / 1e9 >= heartbeat.leaseSeconds();
    }

    private synchronized void beat() throws IOException {
        beat++;
        new Pulse(driver, beat, heartbeat.seconds(), progress.get()).write(folder);
    }

    /** A beat that can't be written is tried again at the next; if all fail, the lease lapses and others take over. */
    private void beatOrLapse() {
        try {
            beat();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Cannot write a heartbeat to '{}'", root, e);
        }
    }

    /** That exclusive creation works here. */
    private void probe() throws IOException {
        String name = ".probe-" + driver.id();
        folder.mark(ClaimFile.FOLDER, name, driver.id().getBytes(StandardCharsets.UTF_8));
        folder.delete(ClaimFile.FOLDER, name);
    }

    /** Releases all claims and ends the lease. */
    @Override
    public void close() throws IOException {
        beats.shutdownNow();
        for (Claim claim : List.copyOf(held.values())) {
            release(claim);
        }
        Pulse.delete(folder, driver.id());
        Leftovers.dropClaims(new ResultStore(root));
    }
}
