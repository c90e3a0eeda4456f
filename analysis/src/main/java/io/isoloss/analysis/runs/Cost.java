package io.isoloss.analysis.runs;

/**
 * What the run took.
 *
 * @param wallSeconds from the first step to the last evaluation
 * @param deviceSeconds that the device was at work: CPU time of the training thread, or a GPU's wall seconds times its
 *     mean sampled utilisation; of a trial on several devices, of all together, as are joules, CO2 and price
 * @param tokensPerSecond of training, evaluation left out
 * @param mfu model FLOPs utilisation of training: model FLOP/s over {@link Provenance#ceilingFlopsPerSecond}, or over the
 *     vendor's peak where a run from outside has no ceiling
 * @param energyJoules of the device, the site around it left out
 * @param energySource how the joules were found: nvml, rapl or model, then in words what is in them
 * @param co2Grams grams of CO2 equivalent
 * @param co2Source grams a kWh, power usage effectiveness, source and year of the carbon figure
 * @param usd price of holding the device while the run itself trained and was evaluated
 * @param peakMemoryBytes most that the run's own arrays took at once; what the runs of a process share is left out
 */
public record Cost(
        Double wallSeconds,
        Double deviceSeconds,
        Double tokensPerSecond,
        Double mfu,
        Double energyJoules,
        String energySource,
        Double co2Grams,
        String co2Source,
        Double usd,
        Double peakMemoryBytes) {
    public static final Cost NONE = new Cost(null, null, null, null, null, null, null, null, null, null);

    public Cost {
        Measured.notNegative("wall_seconds", wallSeconds);
        Measured.notNegative("device_seconds", deviceSeconds);
        Measured.notNegative("tokens_per_second", tokensPerSecond);
        Measured.notNegative("mfu", mfu);
        Measured.notNegative("energy_joules", energyJoules);
        Measured.notNegative("co2_grams", co2Grams);
        Measured.notNegative("usd", usd);
        Measured.notNegative("peak_memory_bytes", peakMemoryBytes);
    }
}
