/**
 * From a design to trials: which shapes, how much data, which recipe, and the identity of each run. Uses {@code model}
 * and {@code corpus}; knows neither YAML nor how a trial is trained.
 */
package io.isoloss.jobs.sweep;
