package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * The most that the training of some trials may take; a null part is unlimited.
 *
 * @param seconds of wall clock on one device
 * @param joules as the device's meter counts them
 */
public record Allowance(Double seconds, Double joules) implements Serializable {
    public static final Allowance UNLIMITED = new Allowance(null, null);

    public Allowance {
        require(seconds, "seconds");
        require(joules, "joules");
    }

    public boolean isLimited() {
        return seconds != null || joules != null;
    }

    /** What is left of it after so many seconds in which nothing was trained. */
    public Allowance less(double idleSeconds) {
        return seconds == null ? this : new Allowance(Math.max(0, seconds - idleSeconds), joules);
    }

    private static void require(Double amount, String unit) {
        if (amount != null && !(amount >= 0 && Double.isFinite(amount))) {
            throw new IllegalArgumentException("Invalid allowance (want at least 0 " + unit + "): " + amount);
        }
    }
}
