package io.isoloss.jobs.train;

import io.isoloss.jobs.sweep.Trial;
import java.io.Serializable;
import java.util.function.LongSupplier;

/**
 * The training of a trial in rounds that the driver leads: workers step copies of the model, and between two rounds all of
 * its state is here, where it is kept and where a divergence shows.
 *
 * @param checkpoints of states between two rounds; that after the last is always kept
 * @param progress told of each round
 * @param clock nanoseconds
 */
public record RoundTraining(Trial trial, Checkpoints checkpoints, Progress progress, LongSupplier clock) {

    public RoundTraining(Trial trial, Checkpoints checkpoints, Progress progress) {
        this(trial, checkpoints, progress, System::nanoTime);
    }

    /** Takes the steps [from, to). */
    @FunctionalInterface
    public interface Round {
        Result train(ModelState start, int from, int to);
    }

    /**
     * Of a round.
     *
     * @param loss of the last batches, nats a token; null if it may not be known
     */
    public record Result(ModelState state, Double loss) implements Serializable {}

    /**
     * Of all rounds.
     *
     * @param cause of a divergence; null if there was none
     */
    public record End(ModelState state, RoundLog log, String cause) {}

    /**
     * Trains to the last step, from the newest checkpoint or else the first step.
     *
     * @param first state before the first step
     */
    public End train(ModelState first, int stepsARound, Round round) {
        int steps = trial.recipe().steps();
        RoundLog log = new RoundLog();
        ModelState state = first;
        TrainingState kept = checkpoints.newest(trial, log.warnings());
        if (kept != null) {
            state = new ModelState(kept.weights, kept.firstMoment, kept.secondMoment);
            log.goOn(kept);
            progress.goesOn(Math.round(RoundLog.tokens(trial, log.steps())), log.lastLoss());
        }
        long start = clock.getAsLong();
        double saved = log.seconds();
        while (log.steps() < steps) {
            int from = log.steps();
            int to = Math.min(steps, from + stepsARound);
            Result result = round.train(state, from, to);
            state = result.state;
            log.add(result.loss, to - from, (clock.getAsLong() - start) / 1e9);
            progress.step(Math.round(RoundLog.tokens(trial, to - from)), log.lastLoss());
            if (result.loss != null && !Double.isFinite(result.loss)) {
                return new End(state, log, "training loss is " + result.loss + " at step " + to);
            }
            if (to == steps || log.seconds() - saved >= checkpoints.everySeconds()) {
                checkpoints.save(trial, log.with(state));
                saved = log.seconds();
            }
        }
        return new End(state, log, null);
    }
}
