/** Sweeps and fits as Spark jobs: the only home of Spark. */
package io.isoloss.jobs.spark;
