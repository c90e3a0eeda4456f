/**
 * Fits laws to runs: objectives, solvers, the certificate of an optimum and the bootstrap. Uses {@code law} and {@code
 * runs}.
 */
package io.isoloss.analysis.fit;
