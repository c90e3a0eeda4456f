package io.isoloss.analysis.frontier;

import java.util.Objects;

/**
 * How to draw a frontier through IsoFLOP minima.
 *
 * @param noise of the losses; null for the scatter of the losses about smooth curves
 * @param replicates noisy copies of each profile behind the minimum of a spline; the parabola needs none
 * @param seed of the copies
 */
public record IsoFlopOptions(Minimum minimum, LossNoise noise, int replicates, long seed) {
    /** Replicates of Porian et al. 2024. */
    public static final IsoFlopOptions DEFAULT = new IsoFlopOptions(Minimum.PARABOLA, null, 1000, 0);

    public IsoFlopOptions {
        Objects.requireNonNull(minimum, "minimum");
        if (replicates < 0) {
            throw new IllegalArgumentException("Invalid replicates (want 0 or more): " + replicates);
        }
    }

    public IsoFlopOptions with(Minimum other) {
        return new IsoFlopOptions(other, noise, replicates, seed);
    }
}
