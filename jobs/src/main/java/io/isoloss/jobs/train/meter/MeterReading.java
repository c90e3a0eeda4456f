package io.isoloss.jobs.train.meter;

import java.io.Serializable;

/**
 * What a trial took. What was not measured is null.
 *
 * @param wallSeconds from start to stop, evaluation included
 * @param trainingSeconds wall seconds of the training steps
 * @param deviceSeconds that the device was at work: on the processor the CPU time of the training thread, on a GPU wall
 *     seconds times the mean of its sampled utilisation
 * @param energyJoules of the device, without the site around it
 * @param energySource {@code nvml}, {@code rapl} or {@code model}, then words
 * @param co2Grams kWh of the site times carbon of its electricity
 * @param co2Source factor, source, year and PUE
 * @param usd wall hours times the price of one device
 */
public record MeterReading(
        double wallSeconds,
        double trainingSeconds,
        Double deviceSeconds,
        Double energyJoules,
        String energySource,
        Double co2Grams,
        String co2Source,
        Double usd)
        implements Serializable {
    /** Before anything was measured. */
    public static final MeterReading NOTHING = new MeterReading(0, 0, null, null, null, null, null, null);

    /**
     * Model FLOPs utilisation of the training steps (Chowdhery et al. 2022, arXiv:2204.02311, appendix B). They divide by
     * the vendor's peak; we by a measured {@link Ceiling}, since a core has no published peak at the clock it runs at.
     *
     * @param flops exact count of the steps taken
     * @param ceilingFlopsPerSecond of the same device
     */
    public double mfu(double flops, double ceilingFlopsPerSecond) {
        return flops / trainingSeconds / ceilingFlopsPerSecond;
    }

    public double tokensPerSecond(double tokens) {
        return tokens / trainingSeconds;
    }

    /** This and then that, of one trial on one device, or on devices alike at once; a sum of which a part is not known is not known. */
    public MeterReading plus(MeterReading next) {
        return equals(NOTHING)
                ? next
                : new MeterReading(
                        wallSeconds + next.wallSeconds,
                        trainingSeconds + next.trainingSeconds,
                        sum(deviceSeconds, next.deviceSeconds),
                        sum(energyJoules, next.energyJoules),
                        sum(energyJoules, next.energyJoules) == null ? null : energySource,
                        sum(co2Grams, next.co2Grams),
                        sum(co2Grams, next.co2Grams) == null ? null : co2Source,
                        sum(usd, next.usd));
    }

    private static Double sum(Double a, Double b) {
        return a == null || b == null ? null : (Double) (a + b);
    }
}
