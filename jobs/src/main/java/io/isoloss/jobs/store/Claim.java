package io.isoloss.jobs.store;

import java.io.IOException;
import java.io.Serializable;

/**
 * A trial that one driver holds. It travels with the trial; whoever trains it asks {@link #holds} before it writes.
 *
 * @param root of the folder of results
 * @param token fencing token: each driver that takes the trial over has a greater one
 * @param driver its id
 */
public record Claim(String root, String runId, int token, String driver) implements Serializable {

    /** Whether no other driver has taken the trial over, and this one has not released it. */
    public boolean holds() throws IOException {
        return ClaimFile.latest(Folder.at(root), runId).filter(this::isIn).isPresent();
    }

    boolean isIn(ClaimFile file) {
        return file.token() == token && driver.equals(file.driver());
    }

    /**
     * Fails unless {@link #holds}.
     *
     * @throws FencedException if it does not
     */
    public void check() throws IOException {
        if (!holds()) {
            throw new FencedException(this);
        }
    }

    /** Whether it is that a claim no longer held. */
    public static boolean isFenced(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof FencedException) {
                return true;
            }
        }
        return false;
    }

    /** What a driver may no longer write: another took the trial over, or it was released. */
    public static final class FencedException extends IOException {
        private static final long serialVersionUID = 1;

        FencedException(Claim claim) {
            super("claim " + claim.token + " on run " + claim.runId + " is no longer held by driver " + claim.driver
                    + ": another driver took it over; what was trained under it is dropped");
        }
    }
}
