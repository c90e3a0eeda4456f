package io.isoloss.jobs.spark;

import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * A trunk on its way to an executor.
 *
 * @param claims on its trials, by run id; empty before they are claimed
 * @param attempt counts from 1
 * @param losses of its executor in a row, with no new checkpoint between them
 * @param checkpoints names of those there were when its executor was lost
 */
record Work(Trunk trunk, Map<String, Claim> claims, int attempt, int losses, Set<String> checkpoints)
        implements Serializable {
    Work {
        claims = Map.copyOf(claims);
        checkpoints = Set.copyOf(checkpoints);
    }

    static Work of(Trunk trunk) {
        return new Work(trunk, Map.of(), 1, 0, Set.of());
    }

    Work with(Trunk other, Map<String, Claim> held) {
        return new Work(other, held, attempt, losses, checkpoints);
    }

    /** After its executor was lost. */
    Work again(Map<String, Claim> renewed, Set<String> checkpointsNow) {
        boolean progressed = !checkpointsNow.equals(checkpoints);
        return new Work(trunk, renewed, attempt + 1, progressed ? 1 : losses + 1, checkpointsNow);
    }

    /** What Spark's page and the status call it. */
    String name() {
        Trial longest = trunk.longest();
        int others = trunk.branches().size() - 1;
        return longest.name() + (others == 0 ? "" : " and " + others + " of its trunk");
    }
}
