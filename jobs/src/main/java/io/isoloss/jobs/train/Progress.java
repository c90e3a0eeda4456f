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

    /**
     * A trial goes on from a state that was reached before: by an earlier attempt, or by a longer trial of its trunk.
     *
     * @param tokens of the trial up to that state that were not told of yet
     */
    default void goesOn(long tokens, double loss) {
        step(tokens, loss);
    }
}
