package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * How a trained model is tried as one that serves; no part of a run's identity.
 *
 * @param seconds spent on it, about; 0 for none
 * @param batchSequences sequences at once, of the throughput; latency is of one
 */
public record InferenceLoad(double seconds, int batchSequences) implements Serializable {
    public static final InferenceLoad NONE = new InferenceLoad(0, 1);

    public InferenceLoad {
        if (!(seconds >= 0 && Double.isFinite(seconds)) || batchSequences < 1) {
            throw new IllegalArgumentException("Invalid inference load (want seconds of at least 0 and 1 sequence or"
                    + " more): " + seconds + " s, " + batchSequences + " sequences");
        }
    }
}
