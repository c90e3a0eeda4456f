package io.isoloss.jobs.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.JavaConverters;
import scala.concurrent.ExecutionContext;
import scala.runtime.BoxedUnit;

/**
 * Holds a GPU that nothing should train on. Spark knows no way to take an address from a running application, so tasks that do
 * nothing take it for as long as the application lives, one for each share of it; one that lands elsewhere ends and is sent again.
 */
final class Blocker {
    private Blocker() {}

    static void hold(JavaSparkContext spark, String device) {
        for (int share = 0; share < GpuShare.tasksOfAGpu(spark.getConf()); share++) {
            holdShare(spark, device);
        }
    }

    private static void holdShare(JavaSparkContext spark, String device) {
        RDD<String> one = spark.parallelize(List.of(device), 1).rdd();
        Function1<scala.collection.Iterator<String>, Boolean> wait =
                (Function1<scala.collection.Iterator<String>, Boolean> & Serializable) share -> waitOn(share.next());
        spark.sc()
                .submitJob(
                        one,
                        wait,
                        JavaConverters.asScalaBuffer(List.<Object>of(0)).toSeq(),
                        (partition, held) -> BoxedUnit.UNIT,
                        () -> null)
                .onComplete(
                        outcome -> {
                            if (outcome.isSuccess() && !spark.sc().isStopped()) {
                                holdShare(spark, device);
                            }
                            return null;
                        },
                        ExecutionContext.global());
    }

    /** Returns soon where this is not the device, else not before it is interrupted. */
    private static boolean waitOn(String device) {
        boolean held = TaskGpus.areExcluded(Set.of(device), TaskGpus.addresses());
        do {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(held ? 1000 : 10));
        } while (held && !Thread.currentThread().isInterrupted());
        return held;
    }
}
