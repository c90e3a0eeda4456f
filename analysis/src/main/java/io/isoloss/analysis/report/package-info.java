/**
 * One self-contained HTML page about a sweep: curves, frontier, contours, fit, verdicts and provenance. Uses
 * {@code runs}, {@code fit}, {@code law} and {@code frontier}; the page loads nothing from a network.
 */
package io.isoloss.analysis.report;
