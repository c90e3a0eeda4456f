/**
 * SQL over the tables {@code runs}, {@code curves} and {@code frontier}, by DuckDB in this process. Uses {@code runs}; knows
 * nothing of Spark.
 */
package io.isoloss.analysis.query;
