package io.isoloss.jobs.spark;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.sweep.Trial;
import java.io.Serializable;

/**
 * What the driver hears of a trial that ended; the whole result is in the store.
 *
 * @param outcome as in the runs table
 * @param failure why it did not complete; null if it did
 * @param loss validation loss in nats a token; null if it did not complete
 */
public record TrialEnd(String name, String runId, String outcome, String failure, Double loss) implements Serializable {

    static TrialEnd of(Trial trial, Run run) {
        return new TrialEnd(trial.name(), run.id(), run.outcome(), run.failure(), run.loss());
    }

    static TrialEnd lost(Trial trial, String failure) {
        return new TrialEnd(trial.name(), trial.runId(), Run.LOST, failure, null);
    }

    public boolean completed() {
        return outcome.equals(Run.COMPLETED);
    }
}
