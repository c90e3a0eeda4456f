/** The step loop: optimiser, schedule, divergence, evaluation. Uses ND4J; no array leaves it. */
package io.isoloss.jobs.train;
