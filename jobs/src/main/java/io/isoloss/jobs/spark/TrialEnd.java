package io.isoloss.jobs.spark;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trainer;
import java.io.Serializable;
import java.util.List;

/**
 * What the driver hears of a trial that ended; the whole result is in the store.
 *
 * @param outcome as in the runs table
 * @param failure why it did not complete; null if it did
 * @param loss validation loss in nats a token; null if it did not complete
 * @param devices that trained it at once
 * @param wallSeconds taken for this trial alone, of all devices together
 * @param trainingSeconds of those, inside training steps
 * @param energyJoules of the device; null if not known
 * @param mfu model FLOPs utilisation of the training; null if not known
 * @param warnings what its user should know, in sentences
 */
public record TrialEnd(
        String name,
        String runId,
        String outcome,
        String failure,
        Double loss,
        int devices,
        double wallSeconds,
        double trainingSeconds,
        Double energyJoules,
        Double mfu,
        List<String> warnings)
        implements Serializable {
    /** It went on as far as the caps of its sweep let it, and is in a checkpoint. */
    public static final String PARKED = Trainer.Ended.PARKED;

    private static final String FENCED = "fenced";

    public TrialEnd {
        warnings = List.copyOf(warnings);
    }

    static TrialEnd of(Trial trial, TrainedTrial trained) {
        Run run = trained.run();
        return new TrialEnd(
                trial.name(),
                run.id(),
                run.outcome(),
                run.failure(),
                run.loss(),
                trial.spec().mode() == null ? 1 : trial.spec().mode().devices(),
                trained.reading().wallSeconds(),
                trained.reading().trainingSeconds(),
                trained.reading().energyJoules(),
                run.cost().mfu(),
                trained.warnings());
    }

    /** Of a result that stands. */
    static TrialEnd of(Trial trial, Run run) {
        return new TrialEnd(
                trial.name(), run.id(), run.outcome(), run.failure(), run.loss(), 1, 0, 0, null, null, List.of());
    }

    static TrialEnd lost(Trial trial, String failure) {
        return new TrialEnd(trial.name(), trial.runId(), Run.LOST, failure, null, 1, 0, 0, null, null, List.of());
    }

    static TrialEnd fenced(Trial trial) {
        return new TrialEnd(
                trial.name(),
                trial.runId(),
                FENCED,
                "another driver took the trial over",
                null,
                1,
                0,
                0,
                null,
                null,
                List.of());
    }

    static TrialEnd parked(Trial trial, String why) {
        return new TrialEnd(trial.name(), trial.runId(), PARKED, why, null, 1, 0, 0, null, null, List.of());
    }

    /** Whether another driver has it now: for this one it has not ended. */
    boolean isFenced() {
        return outcome.equals(FENCED);
    }

    boolean isParked() {
        return outcome.equals(PARKED);
    }

    public boolean completed() {
        return outcome.equals(Run.COMPLETED);
    }
}
