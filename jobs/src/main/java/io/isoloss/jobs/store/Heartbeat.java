package io.isoloss.jobs.store;

import java.io.Serializable;

/**
 * How often a driver says that it is there.
 *
 * @param seconds between two beats
 */
public record Heartbeat(double seconds) implements Serializable {
    /** Beats that must be missing before others take a driver's trials over. */
    private static final int LEASE_BEATS = 3;

    public Heartbeat {
        if (!(seconds > 0 && Double.isFinite(seconds))) {
            throw new IllegalArgumentException("Invalid heartbeat (want seconds, positive): " + seconds);
        }
    }

    /** Seconds without a beat after which a driver's claims may be taken over. */
    public double leaseSeconds() {
        return LEASE_BEATS * seconds;
    }

    long millis() {
        return Math.max(1, Math.round(seconds * 1000));
    }
}
