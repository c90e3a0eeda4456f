package io.isoloss.jobs.spark;

import java.io.Serializable;

/**
 * When and how a trial trains on several executors at once.
 *
 * @param averagingFrequency steps that each worker takes between two averages of weights and moments
 * @param aboveParams trials of more parameters (N) train so, others on one executor
 * @param workers executors' cores that share a trial; they divide its batch
 * @param measureDeparture whether each such trial also trains on one device, to tell what sharing did to its loss
 */
public record DataParallelOptions(int averagingFrequency, long aboveParams, int workers, boolean measureDeparture)
        implements Serializable {

    public DataParallelOptions {
        if (averagingFrequency < 1 || workers < 1 || aboveParams < 0) {
            throw new IllegalArgumentException("Invalid data parallel training (want an averaging frequency and workers"
                    + " of at least 1, and a size of at least 0): frequency " + averagingFrequency + ", workers "
                    + workers + ", above " + aboveParams + " parameters");
        }
    }
}
