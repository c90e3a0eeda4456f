/**
 * Scaling laws, one file a form: the law with its parameters known ({@link io.isoloss.analysis.law.ScalingLaw}), and in
 * it what a fit needs of the form ({@link io.isoloss.analysis.law.LawForm}; by name in {@link
 * io.isoloss.analysis.law.LawForms}). Pure formulas; no data, no fitting.
 */
package io.isoloss.analysis.law;
