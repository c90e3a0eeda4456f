/**
 * Trained models as rows: {@link io.isoloss.analysis.runs.Run}, its learning curve, and the tables that hold them in
 * Parquet, CSV and JSON lines. Uses Parquet and Jackson; knows nothing of laws or fits.
 */
package io.isoloss.analysis.runs;
