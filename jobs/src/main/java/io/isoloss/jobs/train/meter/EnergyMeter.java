package io.isoloss.jobs.train.meter;

/** Tells the joules of a trial, span by span. An instance belongs to one trial. */
interface EnergyMeter {

    /** {@code nvml}, {@code rapl} or {@code model}, then in words what is in it. */
    String source();

    /**
     * Joules of the trial since the last call, or since it was made.
     *
     * @param busySeconds CPU time that the trial's thread took in that span
     * @return null if the counter can't be read any more
     */
    Double take(double busySeconds);
}
