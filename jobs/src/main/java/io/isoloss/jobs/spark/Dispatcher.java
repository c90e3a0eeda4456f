package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.Claims;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
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

    /** Exact FLOPs below which a task costs more than its training: some 50 ms of a core. */
    private static final double FLOPS_WORTH_A_TASK = 1e9;

    private static final int MOST_A_TASK = 16;

    /** Between two looks at trials that other drivers hold, and at the slots there are. */
    private static final long LOOK_MILLIS = 500;

    private final JavaSparkContext spark;
    private final ResultStore store;
    private final Supervision supervision;
    private final Claims claims;
    private final TrunkTask task;
    private final Ended ended;
    private final Set<String> replaced = new HashSet<>(); // runs that had a result before, and are wanted again
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final List<Work> elsewhere = new ArrayList<>();
    private final Map<Work, Long> inFlight = new ConcurrentHashMap<>(); // since when, nanoseconds
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
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
            TrunkTask task,
            Ended ended) {
        this.spark = spark;
        this.store = store;
        this.supervision = supervision;
        this.claims = claims;
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
            Runnable event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                waiting.addAll(elsewhere);
                elsewhere.clear();
            }
            while (event != null) {
                event.run();
                event = events.poll();
            }
        }
    }

    private int slots() {
        int room = Math.max(
                1,
                spark.sc()
                        .maxNumConcurrentTasks(
                                spark.sc().resourceProfileManager().defaultResourceProfile()));
        return supervision.concurrency() == null ? room : Math.min(room, supervision.concurrency());
    }

    /** The next work for a task: one that is worth it, or as many small ones as are. Empty if nothing can start now. */
    private Optional<Work> gather() throws IOException {
        int fair = Math.max(1, Math.min(MOST_A_TASK, waiting.size() / slots()));
        Work gathered = null;
        int count = 0;
        for (Optional<Work> next = next(); next.isPresent(); next = count < fair ? next() : Optional.empty()) {
            Optional<Work> claimed = claimed(next.get());
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
            if (work.losses() == 0 || !suspectInFlight) {
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

    private boolean isDone(Trial trial) throws IOException {
        return !replaced.contains(trial.runId()) && store.contains(trial.runId());
    }

    private void submit(Work work) {
        inFlight.put(work, System.nanoTime());
        spark.setJobGroup(GROUP, work.name(), true);
        spark.sc().setCallSite(work.name());
        RDD<Work> one = spark.parallelize(List.of(work), 1).rdd();
        TrunkTask onExecutor = task;
        Function1<scala.collection.Iterator<Work>, TrialEnd[]> train =
                (Function1<scala.collection.Iterator<Work>, TrialEnd[]> & Serializable)
                        share -> onExecutor.run(share.next());
        Function2<Object, TrialEnd[], BoxedUnit> result = (partition, ends) -> {
            events.add(() -> end(work, ends));
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

    private void end(Work work, TrialEnd... ends) {
        inFlight.remove(work);
        for (TrialEnd end : ends) {
            release(work.claims().get(end.runId()));
        }
        Set<String> fenced = Arrays.stream(ends)
                .filter(TrialEnd::isFenced)
                .map(TrialEnd::runId)
                .collect(Collectors.toSet());
        work.trials()
                .filter(trial -> fenced.contains(trial.runId()))
                .forEach(trial -> elsewhere.add(Work.of(Trunk.of(trial))));
        tell(Arrays.stream(ends).filter(end -> !end.isFenced()));
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
