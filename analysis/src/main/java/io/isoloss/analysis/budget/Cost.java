package io.isoloss.analysis.budget;

/**
 * What an amount of compute takes on one kind of device.
 *
 * @param usd null if no price is known
 * @param kwh of the whole site: devices times PUE; null if the device's power is not known
 * @param co2Kg kilograms of CO2 equivalent; null likewise
 */
public record Cost(double gpuHours, Double usd, Double kwh, Double co2Kg) {}
