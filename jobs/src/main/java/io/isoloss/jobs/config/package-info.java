/**
 * Reads a sweep from YAML, checks it against the JSON Schema beside the sweeps, and reports every problem with file, line
 * and column. Uses {@code sweep}, {@code corpus} and {@code model}.
 */
package io.isoloss.jobs.config;
