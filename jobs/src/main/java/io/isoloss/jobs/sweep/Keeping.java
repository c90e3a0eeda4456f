package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * What training leaves on disk beside its results, and what it finds there.
 *
 * @param checkpointSeconds seconds of training between two checkpoints of a trial
 * @param finalModels whether the weights that a run ends with are kept
 * @param initFrom results folder whose final models runs begin from; null for the folder of the sweep
 */
public record Keeping(double checkpointSeconds, boolean finalModels, String initFrom) implements Serializable {

    public Keeping {
        if (!(checkpointSeconds > 0)) {
            throw new IllegalArgumentException(
                    "Invalid seconds between checkpoints (want positive): " + checkpointSeconds);
        }
    }
}
