package io.isoloss.jobs.spark;

import io.isoloss.jobs.model.Kernels;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.TrialMemory;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;

/** How many trials share a GPU: of a whole application, since Spark 3.5 divides GPUs by the default profile alone. */
final class GpuShare {
    /** Of a process on its GPU, which its trials share: the driver's context, and the machine code of ND4J and cuBLAS. */
    static final double CONTEXT_GIB = 1;

    /** Of a trial's arrays, for what operations take and give back, and for the gaps between arrays. */
    static final double MARGIN = 0.1;

    /** Trials of a GPU where nobody said how many cores an executor has: a worker with fewer could start none. */
    static final int MOST_UNASKED = 4;

    private static final double GIB = 1 << 30;
    private static final String GPUS = "spark.executor.resource.gpu.amount";
    private static final String SHARE = "spark.task.resource.gpu.amount";
    private static final String CORES = "spark.executor.cores";

    private GpuShare() {}

    /**
     * Sets a task's share of a GPU for trials, where executors have GPUs, all sweeps say what memory these have, and the
     * user has set no share.
     *
     * @return a sentence for the user
     */
    static Optional<String> decide(SparkConf conf, List<SweepJob.Part> parts) {
        OptionalDouble given = memory(parts);
        if (given.isEmpty() || !areAskedFor(conf) || conf.contains(SHARE)) {
            return Optional.empty();
        }
        double memory = given.getAsDouble();
        double largest = 0;
        int wanted = 0;
        for (SweepJob.Part part : parts) {
            for (Trial trial : part.trials()) {
                OptionalLong bytes =
                        TrialMemory.bytes(trial, part.job().metering().inference(), Kernels.ND4J);
                if (bytes.isEmpty()) {
                    conf.set(SHARE, "1");
                    return Optional.of("one trial a GPU: nothing bounds the memory of " + trial.name());
                }
                largest = Math.max(largest, (1 + MARGIN) * bytes.getAsLong() / GIB);
            }
            Integer concurrency = part.job().supervision().concurrency();
            int trials = part.trials().size();
            wanted += concurrency == null ? trials : Math.min(trials, concurrency);
        }
        double fitting = (memory - CONTEXT_GIB) / largest;
        int most = mostByCores(conf);
        int together = Math.max(1, (int) Math.min(fitting, Math.min(wanted, most)));
        conf.set(SHARE, share(together));
        String need = "the largest needs " + gib(largest) + " of " + gib(memory) + " GiB";
        if (fitting < 1) {
            return Optional.of("warning: one trial a GPU, and " + need + ", " + gib(CONTEXT_GIB)
                    + " of them for CUDA: it may have to train in micro-batches");
        }
        boolean byCores = most < Math.min(fitting, wanted);
        return Optional.of((together == 1 ? "one trial a GPU: " : together + " trials share a GPU: ")
                + need
                + (byCores ? "; with a greater " + CORES + " more would" : ""));
    }

    /** The least that sweeps say; empty if one says nothing. */
    private static OptionalDouble memory(List<SweepJob.Part> parts) {
        double least = Double.POSITIVE_INFINITY;
        for (SweepJob.Part part : parts) {
            Double gib = part.job().supervision().gpuMemoryGib();
            if (gib == null) {
                return OptionalDouble.empty();
            }
            least = Math.min(least, gib);
        }
        return OptionalDouble.of(least);
    }

    /** Where executors have GPUs: one task a GPU, and as many cores as tasks, unless the user set them. */
    static void complete(SparkConf conf) {
        if (areAskedFor(conf)) {
            conf.setIfMissing(SHARE, "1");
            double gpusOfATask = Math.max(1, conf.getDouble(SHARE, 1));
            int whole = (int) (conf.getDouble(GPUS, 0) / gpusOfATask);
            conf.setIfMissing(CORES, String.valueOf(Math.max(1, whole * tasksOfAGpu(conf)) * taskCores(conf)));
        }
    }

    /** That are on one GPU at once, as Spark counts them. */
    static int tasksOfAGpu(SparkConf conf) {
        return (int) Math.max(1, 1 / conf.getDouble(SHARE, 1));
    }

    /** The amount that Spark takes for so many tasks a GPU: it rounds one over it down. */
    static String share(int tasks) {
        double share = 1.0 / tasks;
        return tasks == 1 ? "1" : String.valueOf(Math.floor(1 / share) == tasks ? share : Math.nextDown(share));
    }

    /** A driver in local mode has no executors to give any. */
    private static boolean areAskedFor(SparkConf conf) {
        return conf.getDouble(GPUS, 0) >= 1 && !SparkContexts.isLocal(conf.get("spark.master"));
    }

    private static int mostByCores(SparkConf conf) {
        return conf.contains(CORES)
                ? conf.getInt(CORES, 1) / (taskCores(conf) * (int) conf.getDouble(GPUS, 1))
                : MOST_UNASKED;
    }

    private static int taskCores(SparkConf conf) {
        return conf.getInt("spark.task.cpus", 1);
    }

    private static String gib(double gib) {
        return gib < 0.1
                ? "less than 0.1"
                : new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(gib);
    }
}
