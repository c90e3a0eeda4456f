/**
 * What a trial takes: time, energy, carbon, money; what the device could do at most; what serving the model takes. Uses
 * {@code sweep} for rates, ND4J for the ceiling alone.
 */
package io.isoloss.jobs.train.meter;
