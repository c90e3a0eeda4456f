/**
 * What more would bring: how near a law's floor is, when a smaller model is the better one, and which runs to train next.
 * Uses {@code law}, {@code fit} and {@code frontier}.
 */
package io.isoloss.analysis.outlook;
