package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.MeterReading;

/**
 * What was measured of a trial.
 *
 * @param wallSeconds from the first step to the last evaluation, those before a checkpoint or a fork included
 * @param reading of what this process trained for this trial alone: not of a trunk before its fork, which another trial
 *     pays for, nor of anything before a checkpoint that it went on from
 * @param tokens trained in the reading
 * @param flopsPerToken exact count of training
 * @param whole whether the reading is of all that the trial took on its own; if not, sums of it are not known
 * @param ceiling of the device
 * @param peakBytes most that the trial's arrays took at once: weights, gradients, moments, activations, evaluation's
 *     included. The Java heap, the corpus and the native libraries are not in it: the trials of a process share them. Null
 *     if the model's family does not count
 */
record TrialMeasures(
        double wallSeconds,
        MeterReading reading,
        double tokens,
        double flopsPerToken,
        boolean whole,
        Ceiling ceiling,
        Inference inference,
        Long peakBytes) {

    /** The row's part; rates only of a run that completed. */
    Cost cost(boolean completed) {
        boolean rates = completed && tokens > 0;
        return new Cost(
                wallSeconds,
                whole ? reading.deviceSeconds() : null,
                rates ? (Double) reading.tokensPerSecond(tokens) : null,
                rates ? (Double) reading.mfu(tokens * flopsPerToken, ceiling.flopsPerSecond()) : null,
                whole ? reading.energyJoules() : null,
                whole ? reading.energySource() : null,
                whole ? reading.co2Grams() : null,
                whole ? reading.co2Source() : null,
                whole ? reading.usd() : null,
                peakBytes == null ? null : (Double) (double) peakBytes);
    }
}
