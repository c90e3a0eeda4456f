package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/** Whether a Spark master runs a job. */
public final class MasterProbe {
    private static final int TASKS = 8;
    private static final int LONGEST_SECONDS = 60;

    private MasterProbe() {}

    /**
     * Runs a small job and says on which executors: their ids, sorted.
     *
     * @throws IsolossException of kind BAD_INPUT if Spark can't be started, FAILED if the job does not end
     */
    public static List<String> executors(String master) {
        return executors(master, LONGEST_SECONDS);
    }

    static List<String> executors(String master, long longestSeconds) {
        try (JavaSparkContext spark = SparkContexts.open(master, "doctor")) {
            return executors(spark, master, longestSeconds);
        } catch (IllegalStateException e) {
            if (SparkContexts.isSparks(e)) {
                throw failed(master, "it does not answer", e);
            }
            throw e;
        }
    }

    private static List<String> executors(JavaSparkContext spark, String master, long longestSeconds) {
        JavaFutureAction<List<String>> job = spark.parallelize(Collections.nCopies(TASKS, 0), TASKS)
                .map(task -> SparkEnv.get().executorId())
                .distinct()
                .collectAsync();
        try {
            List<String> ids = new ArrayList<>(job.get(longestSeconds, TimeUnit.SECONDS));
            Collections.sort(ids);
            return ids;
        } catch (TimeoutException e) {
            job.cancel(true);
            throw failed(master, "no executor took a task within " + longestSeconds + " s", e);
        } catch (ExecutionException e) {
            throw failed(master, IsolossException.cause(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(master, "interrupted", e);
        }
    }

    private static IsolossException failed(String master, String why, Exception cause) {
        return new IsolossException(Kind.FAILED, "Cannot run a job on " + master + ": " + why, cause);
    }
}
