package io.isoloss.analysis.runs;

/**
 * What the run took.
 *
 * @param wallSeconds from the first step to the last evaluation
 * @param deviceSeconds wall seconds times devices held
 * @param mfu model FLOPs utilisation: model FLOP/s over the device's peak FLOP/s, 0 to 1
 * @param energySource how the joules were found: a counter's name, or "estimated"
 * @param co2Grams grams of CO2 equivalent
 * @param co2Source grams a kWh, power usage effectiveness, source and year of the carbon figure
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
