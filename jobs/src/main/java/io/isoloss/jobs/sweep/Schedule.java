package io.isoloss.jobs.sweep;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/** The learning rate over a run, as a share of its peak. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Cosine.class, name = Cosine.NAME),
    @JsonSubTypes.Type(value = WarmupStableDecay.class, name = WarmupStableDecay.NAME)
})
public sealed interface Schedule extends Serializable permits Cosine, WarmupStableDecay {

    /** As the runs table calls it. */
    String name();

    /**
     * The share of the peak at a step; never zero before the last, so that no step is wasted.
     *
     * @param step counted from 0
     * @param steps of the whole run
     */
    double share(double step, int steps);

    /**
     * Steps whose rates are the same in any run of at least {@code steps}: a longer run passes through the same states.
     *
     * @param steps of a run
     */
    int sharedSteps(int steps);
}
