/**
 * The compute-optimal frontier, from IsoFLOP profiles (approach 2 of Hoffmann et al. 2022) and from a fitted law
 * (approach 3), and the verdict whether a model is past it. Uses {@code fit} and {@code law}.
 */
package io.isoloss.analysis.frontier;
