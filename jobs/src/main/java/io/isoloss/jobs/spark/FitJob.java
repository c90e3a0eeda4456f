package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.ScalingLaw;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The re-fits of a bootstrap as one Spark job: some replicates are a task, each task has one thread. Laws come back as
 * Java objects, so that they are those of {@link LawFit#refits}, bit for bit, as long as all machines run the same JDK on
 * the same kind of processor. Spark starts with the first re-fit, and ends with the last.
 *
 * @param master {@code local[K]}, {@code local[*]} or the URL of a running master
 */
public record FitJob(String master) implements LawFit.Refits {
    /** About .1 s of work on the 240 runs of Hoffmann et al. 2022: more than a task costs, and enough tasks for all. */
    private static final int SEEDS_A_TASK = 20;

    /** @throws IsolossException of kind BAD_INPUT if Spark can't be started, FAILED if it stops */
    @Override
    public List<ScalingLaw> of(LawForm form, List<Sample> samples, FitOptions options, long[] seeds) {
        List<long[]> shares = new ArrayList<>();
        for (int from = 0; from < seeds.length; from += SEEDS_A_TASK) {
            shares.add(Arrays.copyOfRange(seeds, from, Math.min(from + SEEDS_A_TASK, seeds.length)));
        }
        List<ScalingLaw> laws = new ArrayList<>();
        try (JavaSparkContext spark = SparkContexts.open(master, "fit of " + form.name())) {
            Broadcast<Task> task = spark.broadcast(new Task(form, new ArrayList<>(samples), options));
            spark.parallelize(shares, Math.max(1, shares.size()))
                    .map(share -> task.value().refits(share))
                    .collect()
                    .forEach(share -> laws.addAll(Arrays.asList(share)));
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            if (SparkContexts.isSparks(e)) {
                throw new IsolossException(
                        Kind.FAILED,
                        "Cannot finish " + seeds.length + " re-fits on " + master + " (" + IsolossException.cause(e)
                                + "); mend that, or leave out --master to re-fit on this machine",
                        e);
            }
            throw e;
        }
        return laws;
    }

    /** What every replicate shares; sent to each executor once. */
    private record Task(LawForm form, ArrayList<Sample> samples, FitOptions options) implements Serializable {

        ScalingLaw[] refits(long[] seeds) {
            ForkJoinPool oneThread = new ForkJoinPool(1);
            try {
                return oneThread.invoke(ForkJoinTask.adapt(
                        () -> LawFit.refits(form, samples, options, seeds).toArray(ScalingLaw[]::new)));
            } finally {
                oneThread.shutdown();
            }
        }
    }
}
