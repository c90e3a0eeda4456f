package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Opens Spark with the settings that trials and fits need. */
final class SparkContexts {
    /** Pinned alike in every process: with these, equal trials give bit-identical losses. */
    private static final List<String> PINNED = List.of("OMP_NUM_THREADS", "OPENBLAS_CORETYPE");

    private SparkContexts() {}

    /**
     * A context on the given master.
     *
     * @param master {@code local[n]}, {@code spark://host:port}, ...; settings given to spark-submit come first
     */
    static JavaSparkContext open(String master, String work) {
        return open(master, work, conf -> {});
    }

    /** The same with settings for the work, which see those of the user. */
    static JavaSparkContext open(String master, String work, Consumer<SparkConf> more) {
        SparkConf conf = new SparkConf()
                .setAppName("isoloss " + work)
                .setIfMissing("spark.master", master)
                .setIfMissing("spark.executor.heartbeatInterval", "1s")
                .setIfMissing("spark.speculation", "false")
                .setIfMissing("spark.task.maxFailures", "1"); // what is lost is given out again by the dispatcher
        conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID"); // as nvidia-smi numbers GPUs
        for (String name : PINNED) {
            String value = System.getenv(name);
            if (value != null) {
                conf.setIfMissing("spark.executorEnv." + name, value);
            }
        }
        if (isLocal(conf.get("spark.master"))) {
            conf.setIfMissing("spark.ui.enabled", "false").setIfMissing("spark.driver.bindAddress", "127.0.0.1");
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
        } else {
            ClusterSettings.complete(conf, System::getenv);
        }
        try {
            more.accept(conf);
            GpuShare.complete(conf);
            return new JavaSparkContext(conf);
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot start Spark on the master '" + conf.get("spark.master") + "' (" + IsolossException.cause(e)
                            + "); give one that is there with --master, such as local[2] or spark://HOST:7077",
                    e);
        }
    }

    /** Whether an exception is Spark's own: a job that failed, or a master that it gave up on after a minute. */
    static boolean isSparks(Exception e) {
        return e instanceof SparkException
                || (e instanceof IllegalStateException
                        && String.valueOf(e.getMessage()).contains("stopped SparkContext"));
    }

    /** Whether a job failed for its task's sake, the executor's loss above all, and not for Spark's own end. */
    static boolean isLostTask(Throwable cause) {
        return cause instanceof SparkException
                && !String.valueOf(cause.getMessage()).contains("was shut down");
    }

    /** Whether a job of several tasks failed because an executor under it was lost. */
    static boolean isLostExecutor(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (isLostTask(cause) && String.valueOf(cause.getMessage()).contains("ExecutorLostFailure")) {
                return true;
            }
        }
        return false;
    }

    static boolean isLocal(String master) {
        return master.startsWith("local");
    }
}
