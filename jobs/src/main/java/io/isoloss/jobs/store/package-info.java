/** Where trials leave their results: one immutable Parquet file a trial, on any file system. Uses Hadoop, not Spark. */
package io.isoloss.jobs.store;
