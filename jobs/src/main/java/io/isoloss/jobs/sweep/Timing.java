package io.isoloss.jobs.sweep;

import java.io.Serializable;

/** Seconds that something takes: a typical value between a low and a high one. */
public record Timing(double low, double typical, double high) implements Serializable {
    public Timing {
        if (!(0 <= low && low <= typical && typical <= high && Double.isFinite(high))) {
            throw new IllegalArgumentException(
                    "Invalid seconds (want 0 <= low <= typical <= high): " + low + ", " + typical + ", " + high);
        }
    }

    Timing plus(Timing other) {
        return new Timing(low + other.low, typical + other.typical, high + other.high);
    }

    /** Between at least the typical value over and times a factor. */
    Timing within(double factor) {
        return new Timing(Math.min(low, typical / factor), typical, Math.max(high, typical * factor));
    }

    Timing times(double factor) {
        return new Timing(low * factor, typical * factor, high * factor);
    }
}
