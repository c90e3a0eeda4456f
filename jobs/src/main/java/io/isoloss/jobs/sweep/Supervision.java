package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * How the trials of a sweep are watched over; no part of a run's identity.
 *
 * @param leaseHeartbeatSeconds between two signs of life of a driver
 * @param trialHeartbeatSeconds in which a trial must take a step: after two without one it is hung
 * @param losses of its executor, without a checkpoint between them, after which a trial is blamed for them
 * @param priority among sweeps of one job: while one waits, those of a lesser priority start no trial
 * @param concurrency most trials at once; null for as many as there is room for
 * @param caps what the sweep may take in all
 * @param gpuMemoryGib of the smallest GPU, that trials may share; null where they share none by themselves
 */
public record Supervision(
        double leaseHeartbeatSeconds,
        double trialHeartbeatSeconds,
        int losses,
        int priority,
        Integer concurrency,
        Caps caps,
        Double gpuMemoryGib)
        implements Serializable {
    public static final Supervision DEFAULT = new Supervision(5, 120, 3, 0, null, Caps.NONE, null);

    public Supervision {
        if (!(leaseHeartbeatSeconds > 0) || !(trialHeartbeatSeconds > 0) || losses < 1) {
            throw new IllegalArgumentException("Invalid supervision (want heartbeats above 0 s and at least 1 loss): "
                    + leaseHeartbeatSeconds + " s, " + trialHeartbeatSeconds + " s, " + losses);
        }
        if (concurrency != null && concurrency < 1) {
            throw new IllegalArgumentException("Invalid concurrency (want at least 1 trial): " + concurrency);
        }
        if (gpuMemoryGib != null && !(gpuMemoryGib > 0 && Double.isFinite(gpuMemoryGib))) {
            throw new IllegalArgumentException("Invalid GPU memory (want finite and above 0 GiB): " + gpuMemoryGib);
        }
    }
}
