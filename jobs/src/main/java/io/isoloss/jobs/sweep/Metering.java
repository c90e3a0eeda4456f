package io.isoloss.jobs.sweep;

import java.io.Serializable;

/** What to measure beside training, and at what rates; no part of a run's identity. */
public record Metering(CostRates rates, InferenceLoad inference) implements Serializable {
    /** No rates, no inference. */
    public static final Metering NONE = new Metering(CostRates.NONE, InferenceLoad.NONE);
}
