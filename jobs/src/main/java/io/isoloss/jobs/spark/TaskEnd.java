package io.isoloss.jobs.spark;

import java.io.Serializable;
import java.util.List;

/**
 * What a task tells of the work it was given.
 *
 * @param ends of all its trials
 * @param flops trained, exact count
 * @param seconds taken
 * @param joules null if not known
 * @param badDevice the GPU that failed under it, {@code HOST ADDRESS}; null if none did
 */
record TaskEnd(List<TrialEnd> ends, double flops, double seconds, Double joules, String badDevice)
        implements Serializable {
    TaskEnd {
        ends = List.copyOf(ends);
    }
}
