/** What runs on a laptop: runs, laws, fits, frontiers, verdicts and the report. Uses neither Spark nor ND4J. */
package io.isoloss.analysis;
