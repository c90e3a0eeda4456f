package io.isoloss.jobs.spark;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.TrainedTrial;
import java.io.Serializable;
import java.util.List;

/**
 * What the driver hears of a trial that ended; the whole result is in the store.
 *
 * @param outcome as in the runs table
 * @param failure why it did not complete; null if it did
 * @param loss validation loss in nats a token; null if it did not complete
 * @param wallSeconds taken for this trial alone
 * @param trainingSeconds of those, inside training steps
 * @param warnings what its user should know, in sentences
 */
public record TrialEnd(
        String name,
        String runId,
        String outcome,
        String failure,
        Double loss,
        double wallSeconds,
        double trainingSeconds,
        List<String> warnings)
        implements Serializable {
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
                trained.reading().wallSeconds(),
                trained.reading().trainingSeconds(),
                trained.warnings());
    }

    /** Of a result that stands. */
    static TrialEnd of(Trial trial, Run run) {
        return new TrialEnd(trial.name(), run.id(), run.outcome(), run.failure(), run.loss(), 0, 0, List.of());
    }

    static TrialEnd lost(Trial trial, String failure) {
        return new TrialEnd(trial.name(), trial.runId(), Run.LOST, failure, null, 0, 0, List.of());
    }

    static TrialEnd fenced(Trial trial) {
        return new TrialEnd(
                trial.name(), trial.runId(), FENCED, "another driver took the trial over", null, 0, 0, List.of());
    }

    /** Whether another driver has it now: for this one it has not ended. */
    boolean isFenced() {
        return outcome.equals(FENCED);
    }

    public boolean completed() {
        return outcome.equals(Run.COMPLETED);
    }
}
