package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.Claims;
import io.isoloss.jobs.store.Ledger;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Function2;
import scala.collection.JavaConverters;
import scala.concurrent.ExecutionContext;
import scala.runtime.BoxedUnit;

/**
 * Gives trunks to Spark, each as a job of one task, as many at once as there are slots; claims a trial before it starts and
 * releases it when its result stands. Spark retries nothing: what a lost executor was training is given out again here, and
 * goes on from its checkpoint.
 */
final class Dispatcher {
    static final String GROUP = "isoloss-sweep";

    private static final String BLOCKERS = "isoloss-excluded";
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Share of an allowance that a parked trial must have made use of to be given another. */
    private static final double WORTH_ANOTHER_TRY = 0.5;

    /** Exact FLOPs below which a task costs more than its training: some 50 ms of a core. */
    private static final double FLOPS_WORTH_A_TASK = 4e9;

    private static final int MOST_A_TASK = 64;

    /** Tasks a slot that what waits is dealt into at least, so that the last to end are short. */
    private static final int SHARES = 4;

    /** Between two looks at trials that other drivers hold, and at the slots there are. */
    private static final long LOOK_MILLIS = 500;

    private final JavaSparkContext spark;
    private final ResultStore store;
    private final Supervision supervision;
    private final Claims claims;
    private final Ledger ledger;
    private TrunkTask task;
    private final Ended ended;
    private final Set<String> replaced = new HashSet<>(); // runs that had a result before, and are wanted again
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final List<Work> elsewhere = new ArrayList<>(); // under other drivers
    private final List<Work> parked = new ArrayList<>(); // by an allowance that they made use of
    private final Set<String> badDevices = new TreeSet<>();
    private final Map<Work, Long> inFlight = new ConcurrentHashMap<>(); // since when, nanoseconds
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private volatile int queued;
    private double refusedFlops = Double.POSITIVE_INFINITY; // the fewest that the caps had no room for, of late
    private boolean stopped;

    /** Told of each task that ended; says whether to go on. */
    @FunctionalInterface
    interface Ended {
        boolean accept(TrialEnd... ends);
    }

    Dispatcher(
            JavaSparkContext spark,
            ResultStore store,
            Supervision supervision,
            Claims claims,
            Ledger ledger,
            TrunkTask task,
            Ended ended) {
        this.spark = spark;
        this.store = store;
        this.supervision = supervision;
        this.claims = claims;
        this.ledger = ledger;
        this.task = task;
        this.ended = ended;
    }

    /** Trials in Spark's hands. */
    List<Pulse.Running> running() {
        long now = System.nanoTime();
        return inFlight.entrySet().stream()
                .flatMap(entry -> entry.getKey()
                        .trials()
                        .map(trial -> new Pulse.Running(
                                trial.name(),
                                trial.runId(),
                                (now - entry.getValue()) / 1e9,
                                entry.getKey().attempt())))
                .toList();
    }

    /** Trials that have not been given to Spark. */
    int queued() {
        return queued;
    }

    /** Trains all, or what {@link Ended} lets it; returns when each has ended, here or under another driver. */
    void run(List<Trunk> trunks) throws IOException, InterruptedException {
        for (Trunk trunk : trunks) {
            waiting.add(Work.of(trunk));
            for (Trial trial : trunk.branches()) {
                if (store.contains(trial.runId())) {
                    replaced.add(trial.runId());
                }
            }
        }
        while (!inFlight.isEmpty() || (!stopped && !(waiting.isEmpty() && elsewhere.isEmpty()))) {
            Optional<Work> next;
            do {
                next = stopped || inFlight.size() >= slots() ? Optional.empty() : gather();
                next.ifPresent(this::submit);
            } while (next.isPresent());
            if (inFlight.isEmpty() && elsewhere.isEmpty()) {
                parkWhatIsLeft();
            }
            queued = waiting.size() + elsewhere.size();
            Runnable event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                waiting.addAll(elsewhere);
                elsewhere.clear();
                refusedFlops = Double.POSITIVE_INFINITY;
            }
            while (event != null) {
                event.run();
                event = events.poll();
            }
        }
    }

    private int slots() {
        int all = spark.sc()
                .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
        int room = Math.max(1, all - badDevices.size());
        return supervision.concurrency() == null ? room : Math.min(room, supervision.concurrency());
    }

    /** The next work for a task: one that is worth it, or as many small ones as are. Empty if nothing can start now. */
    private Optional<Work> gather() throws IOException {
        int fair =
                supervision.caps().none() ? Math.max(1, Math.min(MOST_A_TASK, waiting.size() / (SHARES * slots()))) : 1;
        Work gathered = null;
        int count = 0;
        for (Optional<Work> next = next(); next.isPresent(); next = count < fair ? next() : Optional.empty()) {
            Optional<Work> claimed = claimed(next.get()).flatMap(this::reserved);
            if (claimed.isPresent()) {
                gathered = gathered == null ? claimed.get() : gathered.then(claimed.get());
                count++;
                if (gathered.losses() > 0 || gathered.flops() >= FLOPS_WORTH_A_TASK) {
                    break;
                }
            }
        }
        return Optional.ofNullable(gathered);
    }

    /** The first that waits; of those whose executor was lost one at a time, so that the one to blame shows. */
    private Optional<Work> next() {
        boolean suspectInFlight = inFlight.keySet().stream().anyMatch(work -> work.losses() > 0);
        for (Iterator<Work> iterator = waiting.iterator(); iterator.hasNext(); ) {
            Work work = iterator.next();
            if ((work.losses() == 0 || !suspectInFlight) && work.flops() < refusedFlops) {
                iterator.remove();
                return Optional.of(work);
            }
        }
        return Optional.empty();
    }

    /** What of a trunk this driver gets hold of and that nobody has done. */
    private Optional<Work> claimed(Work work) throws IOException {
        Map<String, Claim> held = new HashMap<>();
        List<Trial> mine = new ArrayList<>();
        List<Trial> others = new ArrayList<>();
        for (Trial trial : work.trials().toList()) {
            Claim before = work.claims().get(trial.runId());
            if (before == null && isDone(trial)) {
                continue;
            }
            Optional<Claim> claim = before != null ? Optional.of(before) : claims.claim(trial.runId());
            if (claim.isEmpty()) {
                others.add(trial);
            } else if (isDone(trial)) { // between the look and the claim, or before its executor was lost
                release(claim.get());
                if (before != null) {
                    tell(Stream.of(TrialEnd.of(trial, store.run(trial.runId()))));
                }
            } else {
                held.put(trial.runId(), claim.get());
                mine.add(trial);
            }
        }
        if (!others.isEmpty()) {
            elsewhere.add(work.with(new Trunk(others), Map.of()));
        }
        return mine.isEmpty() ? Optional.empty() : Optional.of(work.with(new Trunk(mine), held));
    }

    /** The work with room under the caps; without it, its claims are released and it waits until some is given back. */
    private Optional<Work> reserved(Work work) {
        try {
            double share = 1.0 / Math.max(1, slots() - inFlight.size());
            Claim claim = work.claims().values().iterator().next();
            Optional<Ledger.Reservation> room = ledger.reserve(claim, work.flops(), share);
            if (room.isEmpty()) {
                refusedFlops = ledger.isOutOfTime() ? 0 : work.flops();
                work.claims().values().forEach(this::release);
                waiting.addFirst(work.with(work.trunks().get(0), Map.of()));
            }
            return room.map(work::within);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With nothing in flight nobody will give room back: what waits now is parked, but one that may go on alone. */
    private void parkWhatIsLeft() {
        if (!parked.isEmpty()) {
            waiting.addFirst(parked.remove(0));
            refusedFlops = Double.POSITIVE_INFINITY;
            return;
        }
        List<Work> left = new ArrayList<>(waiting);
        waiting.clear();
        tell(left.stream().flatMap(Work::trials).map(trial -> TrialEnd.parked(trial, TrunkTask.PARKED_BY_CAPS)));
    }

    private boolean isDone(Trial trial) throws IOException {
        return !replaced.contains(trial.runId()) && store.contains(trial.runId());
    }

    private void submit(Work work) {
        inFlight.put(work, System.nanoTime());
        spark.setJobGroup(GROUP, work.name(), true);
        spark.sc().setCallSite(work.name());
        RDD<Work> one = spark.parallelize(List.of(work), 1).rdd();
        TrunkTask onExecutor = task;
        Function1<scala.collection.Iterator<Work>, TaskEnd> train =
                (Function1<scala.collection.Iterator<Work>, TaskEnd> & Serializable)
                        share -> onExecutor.run(share.next());
        Function2<Object, TaskEnd, BoxedUnit> result = (partition, end) -> {
            events.add(() -> end(work, end));
            return BoxedUnit.UNIT;
        };
        SimpleFutureAction<Object> job = spark.sc()
                .submitJob(
                        one,
                        train,
                        JavaConverters.asScalaBuffer(List.<Object>of(0)).toSeq(),
                        result,
                        () -> null);
        job.onComplete(
                outcome -> {
                    if (outcome.isFailure()) {
                        Throwable cause = outcome.failed().get();
                        events.add(() -> failed(work, cause));
                    }
                    return null;
                },
                ExecutionContext.global());
    }

    private void end(Work work, TaskEnd end) {
        inFlight.remove(work);
        settle(work, end);
        work.claims().values().forEach(this::release);
        Map<String, TrialEnd> ends =
                end.ends().stream().collect(Collectors.toMap(TrialEnd::runId, Function.identity()));
        List<TrialEnd> told = new ArrayList<>(end.ends());
        for (Trunk trunk : work.trunks()) {
            if (end.badDevice() != null && !trunk.branches().stream().allMatch(this::stands)) {
                told.removeIf(trial -> trial.outcome().equals(Run.LOST));
                waiting.addFirst(Work.of(trunk));
            } else if (work.reservation().share(end.seconds(), end.joules()) > WORTH_ANOTHER_TRY
                    && trunk.branches().stream()
                            .anyMatch(trial -> ends.get(trial.runId()).isParked())) {
                told.removeIf(TrialEnd::isParked);
                parked.add(Work.of(trunk));
            }
            for (Trial trial : trunk.branches()) {
                if (ends.get(trial.runId()).isFenced()) {
                    elsewhere.add(Work.of(Trunk.of(trial)));
                }
            }
        }
        exclude(end.badDevice());
        if (told.stream().anyMatch(TrialEnd::completed)) {
            waiting.addAll(parked);
            parked.clear();
            refusedFlops = Double.POSITIVE_INFINITY;
        }
        tell(told.stream().filter(trial -> !trial.isFenced()));
    }

    private boolean stands(Trial trial) {
        try {
            return isDone(trial);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(Work work, TaskEnd end) {
        try {
            ledger.settle(work.reservation(), end.flops(), end.seconds(), end.joules());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has no further trial trained on a GPU: a task that does nothing holds it. */
    private void exclude(String device) {
        if (device == null || !badDevices.add(device)) {
            return;
        }
        LOG.error("GPU {} is excluded from this sweep", device);
        task = task.without(badDevices);
        spark.setJobGroup(BLOCKERS, "keeps " + device + " from being used", true);
        Blocker.hold(spark, device);
    }

    /** A task that Spark lost with its executor, or ended itself. */
    private void failed(Work work, Throwable cause) {
        inFlight.remove(work);
        if (stopped) {
            work.claims().values().forEach(this::release);
            return;
        }
        if (!SparkContexts.isLostTask(cause)) {
            throw cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
        }
        for (Trunk trunk : work.trunks()) {
            lost(work, trunk, cause);
        }
    }

    private void lost(Work work, Trunk trunk, Throwable cause) {
        try {
            Map<String, Claim> renewed = new HashMap<>();
            for (Trial trial : trunk.branches()) {
                renewed.put(trial.runId(), claims.renew(work.claims().get(trial.runId())));
            }
            Work again = work.again(trunk, renewed, store.checkpointsOf(renewed.keySet()));
            if (again.losses() < supervision.losses()) {
                waiting.addFirst(again);
                return;
            }
            renewed.values().forEach(this::release);
            String blame = "its executor was lost " + again.losses() + " times under it, the last time: "
                    + IsolossException.cause(cause);
            tell(trunk.branches().stream().map(trial -> TrialEnd.lost(trial, blame)));
        } catch (IOException e) {
            elsewhere.add(Work.of(trunk));
        }
    }

    private void tell(Stream<TrialEnd> ends) {
        if (!ended.accept(ends.toArray(TrialEnd[]::new)) && !stopped) {
            stopped = true;
            spark.cancelJobGroup(GROUP);
        }
    }

    private void release(Claim claim) {
        try {
            claims.release(claim);
        } catch (IOException e) {
            throw new IsolossException(
                    IsolossException.Kind.FAILED,
                    "Cannot release the claim on run " + claim.runId() + " (" + IsolossException.cause(e)
                            + "); mend that and give the same command again: it trains what is missing",
                    e);
        }
    }
}
