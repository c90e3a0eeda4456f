package io.isoloss.jobs.store;

import io.isoloss.jobs.sweep.Caps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What drivers whose processes were killed left in a folder, and nobody needs. */
public final class Leftovers {
    private Leftovers() {}

    /**
     * Drops them, and settles the attempts of those drivers.
     *
     * @param done runs whose results stand, and that nobody here trains again
     */
    public static void drop(ResultStore store, Caps caps, Set<String> done) throws IOException {
        new Ledger(store, caps).settleDead();
        dropClaims(store);
        dropCheckpoints(store, done);
    }

    /** Claims on runs whose results stand, and the last signs of life of who then holds nothing. */
    static void dropClaims(ResultStore store) throws IOException {
        Set<String> dead = Pulse.all(store).stream()
                .filter(Pulse::dead)
                .map(pulse -> pulse.driver().id())
                .collect(Collectors.toSet());
        if (dead.isEmpty()) {
            return;
        }
        Folder folder = Folder.at(store.root());
        List<ClaimFile> claims = new ArrayList<>(ClaimFile.read(folder, ""));
        for (ClaimFile claim : List.copyOf(claims)) {
            if (dead.contains(claim.driver()) && store.contains(claim.runId())) {
                folder.delete(ClaimFile.FOLDER, claim.name());
                claims.remove(claim);
            }
        }
        claims.forEach(claim -> dead.remove(claim.driver()));
        for (String driver : dead) {
            Pulse.delete(folder, driver);
        }
    }

    private static void dropCheckpoints(ResultStore store, Set<String> done) throws IOException {
        Folder folder = Folder.at(store.root());
        for (String name : folder.names(ResultStore.CHECKPOINTS)) {
            String runId = name.replaceFirst("^\\.", "").replaceFirst("-.*", ""); // one half written begins with a dot
            if (done.contains(runId) && ClaimFile.of(folder, runId).isEmpty()) {
                folder.delete(ResultStore.CHECKPOINTS, name);
            }
        }
    }
}
