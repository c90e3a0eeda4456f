package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.meter.Meter;
import io.isoloss.jobs.train.meter.MeterReading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What the training of one trial holds beside the weights. */
final class Track {
    final Trial trial;
    final Instant startedAt = Instant.now();
    final List<String> warnings = new ArrayList<>();
    final BatchSize batchSize;
    History history;
    String cause; // of a divergence; null while there is none
    double savedAt; // seconds of training at the last checkpoint
    int savedSteps; // steps that some checkpoint has
    long sharedTokens;
    int resumes;
    boolean resumed; // in this process: what it took before is not known
    MeterReading reading = MeterReading.NOTHING;
    long meteredTokens;
    Inference inference = Inference.NONE;
    Long peakBytes; // null while it is not known
    private final LongSupplier clock;
    private Divergence divergence;
    private double secondsBefore; // trained before this track's clock began
    private long begin;

    /**
     * Of no step yet.
     *
     * @param clock nanoseconds
     */
    Track(Trial trial, LongSupplier clock) {
        this.trial = trial;
        this.clock = clock;
        this.batchSize = new BatchSize(trial.recipe());
        replay(new History().columns());
    }

    /**
     * Notes a step.
     *
     * @param taken batches of the recipe that it took
     * @param noise of its gradient; null if not measured
     */
    void add(double loss, double norm, int taken, GradientNoise noise) {
        history.add(loss, norm, seconds(), taken, noise);
        batchSize.add(taken, noise);
        cause = divergence.after(history.steps() - 1, loss, norm);
    }

    /** Goes on from a history, judging it as this trial would have. */
    void replay(double[][] columns) {
        history = History.of(columns);
        divergence = new Divergence(trial.recipe().steps());
        cause = null;
        for (int step = 0; step < history.steps() && cause == null; step++) {
            cause = divergence.after(step, columns[0][step], columns[1][step]);
        }
        batchSize.restart();
        for (int step = 0; step < history.steps(); step++) {
            batchSize.add(history.taken(step), history.noise(step));
        }
        secondsBefore = history.seconds();
        savedAt = secondsBefore;
        begin = clock.getAsLong();
    }

    /** Takes the reading of a meter that ran for this trial. */
    void stop(Meter meter, Spending spending) {
        MeterReading last = meter.stop();
        reading = reading.plus(last);
        spending.metered(last);
    }

    /** Seconds of training, those before a checkpoint or a fork included. */
    double seconds() {
        return secondsBefore + (clock.getAsLong() - begin) / 1e9;
    }
}
