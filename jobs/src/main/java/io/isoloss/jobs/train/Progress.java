package io.isoloss.jobs.train;

/** Told how a trial gets on, from the thread that trains it; often enough to show that it lives. */
@FunctionalInterface
public interface Progress {

    Progress NONE = (tokens, loss) -> {};

    /**
     * A step was taken, or a batch evaluated.
     *
     * @param tokens trained in the step; 0 where it was trained before, and in evaluation
     * @param loss mean training loss of the step, nats a token
     */
    void step(long tokens, double loss);
}
