package io.isoloss.jobs.spark;

/** Told how a sweep gets on. */
public interface SweepWatcher {

    /**
     * All that was trained so far in this job, in trials ended or not.
     *
     * @param flops exact count
     */
    void trained(long tokens, double flops);

    void ended(TrialEnd end);

    /** Told once, before training starts, of what was decided on the user's behalf. */
    default void noted(String sentence) {}
}
