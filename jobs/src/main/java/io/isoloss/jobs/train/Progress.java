package io.isoloss.jobs.train;

/** Told how a trial gets on, from the thread that trains it. */
@FunctionalInterface
public interface Progress {

    Progress NONE = (tokens, loss) -> {};

    /**
     * A step was taken.
     *
     * @param tokens trained in the step
     * @param loss mean training loss of the step, nats a token
     */
    void step(long tokens, double loss);
}
