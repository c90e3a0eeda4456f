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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The trials of a sweep that have not ended: which of them this driver may start next, and what becomes of those that
 * come back. A trial is claimed before it starts and released when its result stands.
 */
final class SweepQueue {
    /** Share of an allowance that a parked trial must have made use of to be given another. */
    private static final double WORTH_ANOTHER_TRY = 0.5;

    /** Exact FLOPs below which a task costs more than its training: some 50 ms of a core. */
    private static final double FLOPS_WORTH_A_TASK = 4e9;

    private static final int MOST_A_TASK = 64;

    /** Tasks a slot that what waits is dealt into at least, so that the last to end are short. */
    private static final int SHARES = 4;

    private final ResultStore store;
    private final Supervision supervision;
    private final boolean failFast;
    private final Claims claims;
    private final Ledger ledger;
    private final Ended ended;
    private final Set<String> replaced = new HashSet<>(); // runs that had a result before, and are wanted again
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final List<Work> elsewhere = new ArrayList<>(); // under other drivers
    private final List<Work> parked = new ArrayList<>(); // by an allowance that they made use of
    private final Map<Work, Long> inFlight = new ConcurrentHashMap<>(); // since when, nanoseconds
    private volatile int queued;
    private double refusedFlops = Double.POSITIVE_INFINITY; // the fewest that the caps had no room for, of late
    private boolean stopped;

    /** Told of each task that ended; says whether to go on. */
    @FunctionalInterface
    interface Ended {
        boolean accept(TrialEnd... ends) throws IOException;
    }

    SweepQueue(SweepJob job, Claims claims, Ledger ledger, Ended ended, List<Trunk> trunks) {
        this.store = job.store();
        this.supervision = job.supervision();
        this.failFast = job.failFast();
        this.claims = claims;
        this.ledger = ledger;
        this.ended = ended;
        for (Trunk trunk : trunks) {
            waiting.add(Work.of(trunk));
            for (Trial trial : trunk.branches()) {
                if (store.contains(trial.runId())) {
                    replaced.add(trial.runId());
                }
            }
        }
        this.queued = waiting.size();
    }

    int priority() {
        return supervision.priority();
    }

    /** Works in Spark's hands. */
    int inFlight() {
        return inFlight.size();
    }

    /** Works that have not been given to Spark. */
    int queued() {
        return queued;
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

    /** Whether nothing is to be given out any more; what is in flight may still come back. */
    boolean isEmpty() {
        return stopped || (waiting.isEmpty() && elsewhere.isEmpty() && parked.isEmpty());
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Whether work may wait in Spark for a core: the next in the order is as good a second later as now. Not of the last
     * works, which another driver may begin at once, and not where each start is weighed.
     */
    boolean mayWorkAhead(int slots) {
        return !stopped
                && !failFast
                && supervision.caps().none()
                && supervision.concurrency() == null
                && waiting.size() >= slots
                && waiting.stream().noneMatch(work -> work.losses() > 0);
    }

    /**
     * The next work for a task: one that is worth it, or as many small ones as are. Empty if nothing can start now.
     *
     * @param slots tasks that run at once
     * @param free of them
     */
    Optional<Work> next(int slots, int free) throws IOException {
        if (stopped || (supervision.concurrency() != null && inFlight.size() >= supervision.concurrency())) {
            return Optional.empty();
        }
        int fair =
                supervision.caps().none() ? Math.max(1, Math.min(MOST_A_TASK, waiting.size() / (SHARES * slots))) : 1;
        Work gathered = null;
        int count = 0;
        for (Optional<Work> next = first(); next.isPresent(); next = count < fair ? first() : Optional.empty()) {
            Optional<Work> claimed = claimed(next.get());
            if (claimed.isPresent()) {
                claimed = reserved(claimed.get(), free);
            }
            if (claimed.isPresent()) {
                gathered = gathered == null ? claimed.get() : gathered.then(claimed.get());
                count++;
                if (gathered.losses() > 0 || gathered.flops() >= FLOPS_WORTH_A_TASK) {
                    break;
                }
            }
        }
        if (gathered != null) {
            inFlight.put(gathered, System.nanoTime());
        }
        count();
        return Optional.ofNullable(gathered);
    }

    /** The first that waits; of those whose executor was lost one at a time, so that the one to blame shows. */
    private Optional<Work> first() {
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
                claims.release(claim.get());
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
    private Optional<Work> reserved(Work work, int free) throws IOException {
        Claim claim = work.claims().values().iterator().next();
        Optional<Ledger.Reservation> room = ledger.reserve(claim, work.flops(), 1.0 / Math.max(1, free));
        if (room.isEmpty()) {
            refusedFlops = ledger.isOutOfTime() ? 0 : work.flops();
            release(work);
            waiting.addFirst(work.with(work.trunks().get(0), Map.of()));
        }
        return room.map(work::within);
    }

    private boolean isDone(Trial trial) throws IOException {
        return !replaced.contains(trial.runId()) && store.contains(trial.runId());
    }

    /** Takes up again what other drivers held, and what the caps had no room for. */
    void lookAgain() {
        waiting.addAll(elsewhere);
        elsewhere.clear();
        refusedFlops = Double.POSITIVE_INFINITY;
    }

    /** With nothing in flight nobody will give room back: what the caps refused is parked, but one that may go on alone. */
    void parkWhatIsLeft() throws IOException {
        if (isEmpty()
                || !inFlight.isEmpty()
                || !elsewhere.isEmpty()
                || waiting.stream().anyMatch(work -> work.flops() < refusedFlops)) {
            return;
        }
        if (!parked.isEmpty()) {
            waiting.addFirst(parked.remove(0));
            refusedFlops = Double.POSITIVE_INFINITY;
            return;
        }
        List<Work> left = new ArrayList<>(waiting);
        waiting.clear();
        tell(left.stream().flatMap(Work::trials).map(trial -> TrialEnd.parked(trial, TrunkTask.PARKED_BY_CAPS)));
        count();
    }

    /** Takes back work whose task ended. */
    void end(Work work, TaskEnd end) throws IOException {
        inFlight.remove(work);
        ledger.settle(work.reservation(), end.flops(), end.seconds(), end.joules());
        release(work);
        Map<String, TrialEnd> ends =
                end.ends().stream().collect(Collectors.toMap(TrialEnd::runId, Function.identity()));
        List<TrialEnd> told = new ArrayList<>(end.ends());
        for (Trunk trunk : work.trunks()) {
            if (end.badDevice() != null && !stand(trunk)) {
                told.removeIf(trial -> trial.outcome().equals(Run.LOST));
                waiting.addFirst(Work.of(trunk));
                continue;
            }
            if (work.reservation().share(end.seconds(), end.joules()) > WORTH_ANOTHER_TRY
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
        if (told.stream().anyMatch(TrialEnd::completed)) {
            waiting.addAll(parked);
            parked.clear();
            refusedFlops = Double.POSITIVE_INFINITY;
        }
        tell(told.stream().filter(trial -> !trial.isFenced()));
        count();
    }

    private boolean stand(Trunk trunk) throws IOException {
        for (Trial trial : trunk.branches()) {
            if (!isDone(trial)) {
                return false;
            }
        }
        return true;
    }

    /** Takes back work that Spark lost with its executor: it waits again, or is blamed. */
    void lost(Work work, Throwable cause) throws IOException {
        inFlight.remove(work);
        for (Trunk trunk : work.trunks()) {
            lost(work, trunk, cause);
        }
        count();
    }

    /** Takes back work of a sweep that was stopped. */
    void dropped(Work work) throws IOException {
        inFlight.remove(work);
        release(work);
    }

    private void lost(Work work, Trunk trunk, Throwable cause) throws IOException {
        Map<String, Claim> renewed = new HashMap<>();
        try {
            for (Trial trial : trunk.branches()) {
                renewed.put(trial.runId(), claims.renew(work.claims().get(trial.runId())));
            }
        } catch (Claim.FencedException e) {
            elsewhere.add(Work.of(trunk));
            return;
        }
        Work again = work.again(trunk, renewed, store.checkpointsOf(renewed.keySet()));
        if (again.losses() < supervision.losses()) {
            waiting.addFirst(again);
            return;
        }
        release(again);
        String blame = "its executor was lost " + again.losses() + " times under it, the last time: "
                + IsolossException.cause(cause);
        tell(trunk.branches().stream().map(trial -> TrialEnd.lost(trial, blame)));
    }

    private void tell(Stream<TrialEnd> ends) throws IOException {
        stopped |= !ended.accept(ends.toArray(TrialEnd[]::new));
    }

    private void release(Work work) throws IOException {
        for (Claim claim : work.claims().values()) {
            claims.release(claim);
        }
    }

    private void count() {
        queued = waiting.size() + elsewhere.size();
    }
}
