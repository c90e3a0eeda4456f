package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Cost;
import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.MeterReading;

/**
 * What was measured of a trial.
 *
 * @param ceiling of the device
 * @param peakBytes most that the trial's arrays took at once: weights, gradients, moments, activations, evaluation's
 *     included. The Java heap, the corpus and the native libraries are not in it: the trials of a process share them. Null
 *     if the model's family does not count
 */
record TrialMeasures(MeterReading reading, Ceiling ceiling, Inference inference, Long peakBytes) {

    /**
     * The row's part.
     *
     * @param tokens trained on; null if training did not end, so that no rate is known
     * @param flopsPerToken exact count of training
     */
    Cost cost(Double tokens, double flopsPerToken) {
        return new Cost(
                reading.wallSeconds(),
                reading.deviceSeconds(),
                tokens == null ? null : (Double) reading.tokensPerSecond(tokens),
                tokens == null ? null : (Double) reading.mfu(tokens * flopsPerToken, ceiling.flopsPerSecond()),
                reading.energyJoules(),
                reading.energySource(),
                reading.co2Grams(),
                reading.co2Source(),
                reading.usd(),
                peakBytes == null ? null : (Double) (double) peakBytes);
    }
}
