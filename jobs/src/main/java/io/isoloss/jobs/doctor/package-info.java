/**
 * Whether this machine can train: each check judges plain facts, so that a test can give it any. Uses {@code train} for
 * backend and devices, {@code store} for the output folder and {@code spark} for the master.
 */
package io.isoloss.jobs.doctor;
