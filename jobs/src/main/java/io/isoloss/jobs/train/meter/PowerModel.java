package io.isoloss.jobs.train.meter;

import io.isoloss.jobs.sweep.CostRates;

/** Where nothing counts: power of a core at work times the time that the trial's thread was at work. */
record PowerModel(CostRates rates) implements EnergyMeter {

    @Override
    public String source() {
        return "model: " + rates.wattsSource() + " times its busy time";
    }

    @Override
    public Double take(double busySeconds) {
        return rates.watts() * busySeconds;
    }
}
