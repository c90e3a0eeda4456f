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
                .flatMap(entry -> entry.getKey().trunk().branches().stream()
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
            for (Optional<Work> next = next(); next.isPresent(); next = next()) {
                claimed(next.get()).ifPresent(this::submit);
            }
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

    /**
     * The first that waits, if there is room; of those whose executor was lost one at a time, so that the one to blame
     * shows.
     */
    private Optional<Work> next() {
        if (stopped || inFlight.size() >= slots()) {
            return Optional.empty();
        }
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

    /** What of the work this driver gets hold of and that nobody has done. */
    private Optional<Work> claimed(Work work) throws IOException {
        if (!work.claims().isEmpty()) {
            return Optional.of(work);
        }
        Map<String, Claim> held = new HashMap<>();
        List<Trial> mine = new ArrayList<>();
        List<Trial> others = new ArrayList<>();
        for (Trial trial : work.trunk().branches()) {
            if (isDone(trial)) {
                continue;
            }
            Optional<Claim> claim = claims.claim(trial.runId());
            if (claim.isEmpty()) {
                others.add(trial);
            } else if (isDone(trial)) { // between the look and the claim
                claims.release(claim.get());
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
        List<Trial> fenced = work.trunk().branches().stream()
                .filter(trial -> Arrays.stream(ends)
                        .anyMatch(end -> end.isFenced() && end.runId().equals(trial.runId())))
                .toList();
        if (!fenced.isEmpty()) {
            elsewhere.add(work.with(new Trunk(fenced), Map.of()));
        }
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
        try {
            Map<String, Claim> renewed = new HashMap<>();
            for (Claim claim : work.claims().values()) {
                renewed.put(claim.runId(), claims.renew(claim));
            }
            Work again = work.again(renewed, store.checkpointsOf(renewed.keySet()));
            if (again.losses() < supervision.losses()) {
                waiting.addFirst(again);
                return;
            }
            renewed.values().forEach(this::release);
            String blame = "its executor was lost " + again.losses() + " times under it, the last time: "
                    + IsolossException.cause(cause);
            tell(work.trunk().branches().stream().map(trial -> TrialEnd.lost(trial, blame)));
        } catch (IOException e) {
            elsewhere.add(work.with(work.trunk(), Map.of()));
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
