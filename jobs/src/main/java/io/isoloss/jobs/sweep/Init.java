package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * The weights that training begins from, where they are not random: those that another run ended with. Where the outputs
 * differ, the head starts anew.
 *
 * @param runId of the other run
 * @param layers trained, counted from the last, with the head; null for the whole model
 */
public record Init(String runId, Integer layers) implements Serializable {

    public Init {
        if (runId == null || !runId.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Invalid run to start from (want 64 hex digits): " + runId);
        }
        if (layers != null && layers < 0) {
            throw new IllegalArgumentException("Invalid layers to train (want at least 0, or all): " + layers);
        }
    }

    /** For a trial's name. */
    String label() {
        return "-from-" + runId.substring(0, 8) + (layers == null ? "" : "-last" + layers);
    }
}
