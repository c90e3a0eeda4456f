package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * What a sweep may take in all, every attempt included. Null parts have no limit.
 *
 * @param flops exact count of training
 * @param deviceSeconds that trials hold a core or a GPU
 * @param joules of the devices
 */
public record Caps(Double flops, Double deviceSeconds, Double joules) implements Serializable {
    public static final Caps NONE = new Caps(null, null, null);

    public Caps {
        check("FLOPs", flops);
        check("device seconds", deviceSeconds);
        check("joules", joules);
    }

    public boolean none() {
        return equals(NONE);
    }

    private static void check(String what, Double value) {
        if (value != null && !(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("Invalid cap (want " + what + " above 0): " + value);
        }
    }
}
