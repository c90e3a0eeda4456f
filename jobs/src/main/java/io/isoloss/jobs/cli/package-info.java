/** The commands, and what a person at the terminal sees. */
package io.isoloss.jobs.cli;
