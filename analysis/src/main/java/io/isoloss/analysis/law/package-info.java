/** Scaling laws: loss as a function of parameters N and training tokens D. Pure formulas; no data, no fitting. */
package io.isoloss.analysis.law;
