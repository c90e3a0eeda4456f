package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.sweep.Caps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims on every kind of storage. */
abstract class ClaimsContract {
    /** Never beats within a test: a driver that is paused. */
    private static final Heartbeat PAUSED = new Heartbeat(3600);

    private static final Heartbeat HOURLY = new Heartbeat(3600);
    private static final String RUN = "ab".repeat(32);

    private ResultStore store;

    abstract String root();

    /** Has a file of the folder bear another time of change. */
    abstract void touch(String file, long millis) throws IOException;

    @BeforeEach
    void prepareStore() {
        store = new ResultStore(root());
        store.prepare();
    }

    private Claims driver(Heartbeat heartbeat) {
        return Claims.open(store, heartbeat, () -> Pulse.Progress.NONE);
    }

    /** As a heartbeat is, by its driver and those that look at it. */
    @Test
    void aFileThatIsReplacedWhileItIsReadIsOneOfTheTwo() throws Exception {
        Folder folder = Folder.at(root());
        byte[] large = new byte[200_000];
        folder.write(Pulse.FOLDER, "beat", out -> out.write(large));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> writer = threads.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    folder.write(Pulse.FOLDER, "beat", out -> out.write(large));
                }
                return null;
            });
            while (!writer.isDone()) {
                Optional<byte[]> read = folder.read(Pulse.FOLDER, "beat");
                if (read.isPresent()) { // some stores delete before they put
                    assertThat(read.get()).hasSameSizeAs(large);
                }
            }
            writer.get();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void ofManyDriversOneClaimsARun() throws Exception {
        List<Claims> drivers =
                IntStream.range(0, 8).mapToObj(i -> driver(HOURLY)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(drivers.size());
        try {
            for (int round = 0; round < 10; round++) {
                String run = RUN + round;
                List<Callable<Optional<Claim>>> all = drivers.stream()
                        .<Callable<Optional<Claim>>>map(driver -> () -> driver.claim(run))
                        .toList();
                long won = 0;
                for (Future<Optional<Claim>> claim : threads.invokeAll(all)) {
                    won += claim.get().isPresent() ? 1 : 0;
                }
                assertThat(won).isOne();
            }
        } finally {
            threads.shutdownNow();
            for (Claims driver : drivers) {
                driver.close();
            }
        }
        assertThat(Folder.at(root()).names(ClaimFile.FOLDER, "")).isEmpty();
        assertThat(Pulse.all(store)).isEmpty();
    }

    @Test
    void releasedRunMayBeClaimedByAnother() throws IOException {
        try (Claims one = driver(HOURLY);
                Claims two = driver(HOURLY)) {
            Claim claim = one.claim(RUN).orElseThrow();
            assertThat(claim.holds()).isTrue();
            assertThat(two.claim(RUN)).isEmpty();
            one.release(claim);
            assertThat(claim.holds()).isFalse();
            assertThat(two.claim(RUN)).isPresent();
        }
    }

    @Test
    void driverThatStoodStillForALeaseIsTakenOverAndFenced() throws IOException {
        AtomicLong clock = new AtomicLong();
        Heartbeat second = new Heartbeat(1);
        try (Claims paused = driver(PAUSED);
                Claims other = Claims.open(store, second, () -> Pulse.Progress.NONE, clock::get)) {
            Claim before = paused.claim(RUN).orElseThrow();
            assertThat(other.claim(RUN)).as("first look").isEmpty();
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(2900));
            assertThat(other.claim(RUN)).as("within the lease").isEmpty();
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
            Claim after = other.claim(RUN).orElseThrow();
            assertThat(after.token()).isGreaterThan(before.token());
            assertThat(after.holds()).isTrue();
            assertThat(before.holds()).isFalse();
            assertThatThrownBy(before::check)
                    .isInstanceOf(Claim.FencedException.class)
                    .hasMessageContaining("another driver took it over; what was trained under it is dropped");
            assertThatThrownBy(() -> store.checkpoints(before).write("x", out -> out.write(1)))
                    .isInstanceOf(Claim.FencedException.class);
            assertThatThrownBy(() -> paused.renew(before)).isInstanceOf(Claim.FencedException.class);
            paused.release(before);
            assertThat(after.holds()).as("after the other let go").isTrue();
        }
    }

    @Test
    void clocksTenMinutesApartChangeNothing() throws IOException {
        AtomicLong clock = new AtomicLong();
        long now = System.currentTimeMillis();
        for (long apart : List.of(-600_000L, 600_000L)) {
            try (Claims one = driver(HOURLY);
                    Claims two = Claims.open(store, new Heartbeat(1), () -> Pulse.Progress.NONE, clock::get)) {
                Claim claim = one.claim(RUN).orElseThrow();
                touch("claims/" + RUN + "." + claim.token(), now + apart);
                for (Pulse pulse : Pulse.all(store)) {
                    touch("drivers/" + pulse.driver().id() + ".json", now + apart);
                }
                assertThat(two.claim(RUN)).isEmpty();
                assertThat(claim.holds()).isTrue();
                clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
                assertThat(two.claim(RUN)).as("by its own clock a lease later").isPresent();
            }
        }
    }

    @Test
    void driverThatBeatsKeepsItsRuns() throws Exception {
        AtomicLong clock = new AtomicLong();
        try (Claims one = driver(new Heartbeat(0.02));
                Claims two = Claims.open(store, new Heartbeat(1), () -> Pulse.Progress.NONE, clock::get)) {
            assertThat(one.claim(RUN)).isPresent();
            for (int look = 0; look < 5; look++) {
                assertThat(two.claim(RUN)).isEmpty();
                awaitBeat(one, awaitBeat(one, -1)); // one that the look before can't have seen
                clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
            }
        }
    }

    /** A later beat than the given one, as it is read. */
    private long awaitBeat(Claims driver, long after) throws IOException {
        long beat = after;
        while (beat <= after) {
            beat = Pulse.read(Folder.at(root()), driver.driverId())
                    .map(Pulse::beat)
                    .orElse(after); // being replaced
        }
        return beat;
    }

    @Test
    void driverWhoseProcessEndedIsTakenOverAtOnce() throws Exception {
        deadDriver("dead", RUN + ".3");
        assertThat(Pulse.all(store)).extracting(Pulse::dead).containsExactly(true);
        try (Claims next = driver(HOURLY)) {
            assertThat(next.claim(RUN)).map(Claim::token).contains(4);
        }
        assertThat(Pulse.all(store)).isEmpty();
    }

    @Test
    void whatKilledDriversLeaveIsDroppedWhereItsRunIsDone() throws Exception {
        String half = "cd".repeat(32);
        String living = "ef".repeat(32);
        Folder folder = Folder.at(root());
        for (String run : List.of(RUN, living)) {
            store.write(run, List.of(Run.of(run, 1e4, 2e5, 1.2e10, 3.0)));
        }
        for (String run : List.of(RUN, half, living)) {
            store.checkpoints().write(run + "-0000000007.checkpoint", out -> out.write(1));
            store.checkpoints().write("." + run + "-0000000009.checkpoint.uuid", out -> out.write(1));
        }
        deadDriver("one", RUN + ".2");
        deadDriver("two", half + ".1");
        try (Claims driver = driver(HOURLY)) {
            assertThat(driver.claim(living)).isPresent();
            Leftovers.drop(store, Caps.NONE, Set.of(RUN, living));
            assertThat(folder.names(ClaimFile.FOLDER, "")).containsExactlyInAnyOrder(half + ".1", living + ".1");
            assertThat(folder.names(ResultStore.CHECKPOINTS)).hasSize(4).noneMatch(name -> name.contains(RUN));
            assertThat(Pulse.all(store))
                    .extracting(pulse -> pulse.driver().id())
                    .containsExactlyInAnyOrder("two", driver.driverId());
        }
    }

    /** A driver whose process has ended, and a claim of its. */
    private void deadDriver(String id, String claim) throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Driver here = Driver.here();
        Driver dead = new Driver(id, here.host(), here.machine(), ended.pid(), 1);
        new Pulse(dead, 7, 3600, Pulse.Progress.NONE).write(Folder.at(root()));
        Folder.at(root()).mark(ClaimFile.FOLDER, claim, id.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void claimThatItsWriterDidNotFinishIsHeldForALease() throws IOException {
        AtomicLong clock = new AtomicLong();
        Folder.at(root()).mark(ClaimFile.FOLDER, RUN + ".1", new byte[0]);
        try (Claims next = Claims.open(store, new Heartbeat(1), () -> Pulse.Progress.NONE, clock::get)) {
            assertThat(next.claim(RUN)).isEmpty();
            clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
            assertThat(next.claim(RUN)).map(Claim::token).contains(2);
        }
    }

    @Test
    void statusOfADriverIsWhatItLastSaid() throws IOException {
        Pulse.Progress progress = new Pulse.Progress(2.5, 1e9, List.of(new Pulse.Running("a", RUN, 1.5, 2)));
        try (Claims driver = Claims.open(store, HOURLY, () -> progress)) {
            assertThat(Pulse.all(store)).hasSize(1);
            Pulse pulse = Pulse.all(store).get(0);
            assertThat(pulse.driver().id()).isEqualTo(driver.driverId());
            assertThat(pulse.dead()).isFalse();
            assertThat(Map.of("progress", pulse.progress())).isEqualTo(Map.of("progress", progress));
        }
    }
}
