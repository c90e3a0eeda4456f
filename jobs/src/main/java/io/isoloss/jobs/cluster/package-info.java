/**
 * What brings the program to the machines of a cluster and guards it there: the archive, profiles, secrets. Needs no Spark
 * to run; {@code spark} uses it to open contexts.
 */
package io.isoloss.jobs.cluster;
