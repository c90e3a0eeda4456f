package io.isoloss.jobs.spark;

import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.Ledger;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one task trains: a trunk, or several that are each too small for a task of their own, one after another.
 *
 * @param claims on the trials, by run id; empty before they are claimed
 * @param reservation of what it may take
 * @param attempt counts from 1
 * @param losses of its executor in a row, with no new checkpoint between them
 * @param checkpoints names of those there were when its executor was lost
 */
record Work(
        List<Trunk> trunks,
        Map<String, Claim> claims,
        Ledger.Reservation reservation,
        int attempt,
        int losses,
        Set<String> checkpoints)
        implements Serializable {
    Work {
        trunks = List.copyOf(trunks);
        claims = Map.copyOf(claims);
        checkpoints = Set.copyOf(checkpoints);
    }

    static Work of(Trunk trunk) {
        return new Work(List.of(trunk), Map.of(), Ledger.Reservation.NONE, 1, 0, Set.of());
    }

    Stream<Trial> trials() {
        return trunks.stream().flatMap(trunk -> trunk.branches().stream());
    }

    double flops() {
        return trunks.stream().mapToDouble(Trunk::flops).sum();
    }

    /** This and then that, neither lost before. */
    Work then(Work next) {
        List<Trunk> both = new ArrayList<>(trunks);
        both.addAll(next.trunks);
        Map<String, Claim> held = new HashMap<>(claims);
        held.putAll(next.claims);
        return new Work(both, held, reservation, attempt, losses, checkpoints);
    }

    Work with(Trunk other, Map<String, Claim> held) {
        return new Work(List.of(other), held, reservation, attempt, losses, checkpoints);
    }

    Work within(Ledger.Reservation room) {
        return new Work(trunks, claims, room, attempt, losses, checkpoints);
    }

    /** One of its trunks, after its executor was lost. */
    Work again(Trunk trunk, Map<String, Claim> renewed, Set<String> checkpointsNow) {
        boolean progressed = !checkpointsNow.equals(checkpoints);
        return new Work(
                List.of(trunk),
                renewed,
                Ledger.Reservation.NONE,
                attempt + 1,
                progressed ? 1 : losses + 1,
                checkpointsNow);
    }

    /** What Spark's page and the status call it. */
    String name() {
        String first = trunks.get(0).longest().name();
        long others = trials().count() - 1;
        return others == 0 ? first : first + " and " + others + (others == 1 ? " other" : " others");
    }
}
