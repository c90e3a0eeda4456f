package io.isoloss.jobs.spark;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.collection.JavaConverters;

/**
 * Sums what the tasks of a sweep report with each heartbeat, long before they end. Spark's events come late, the last of them perhaps
 * after the job: {@link #close} has the last word.
 */
final class LiveProgress extends SparkListener {
    private static final long DRIVER = -1; // in place of a task

    private final SweepWatcher watcher;
    private final long tokensId; // of their accumulators
    private final long megaflopsId;
    private final Map<Long, Long> tokens = new HashMap<>(); // by task
    private final Map<Long, Long> megaflops = new HashMap<>();
    private boolean closed;

    LiveProgress(SweepWatcher watcher, long tokensId, long megaflopsId) {
        this.watcher = watcher;
        this.tokensId = tokensId;
        this.megaflopsId = megaflopsId;
    }

    @Override
    public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        JavaConverters.seqAsJavaList(update.accumUpdates())
                .forEach(task -> take((Long) task._1(), JavaConverters.seqAsJavaList(task._4())));
        tell();
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        take(
                end.taskInfo().taskId(),
                JavaConverters.seqAsJavaList(end.taskInfo().accumulables().toSeq()));
        tell();
    }

    /** Takes what was trained under the lead of the driver since it last told. */
    synchronized void led(long tokenCount, long megaflopCount) {
        tokens.merge(DRIVER, tokenCount, Long::sum);
        megaflops.merge(DRIVER, megaflopCount, Long::sum);
        tell();
    }

    /** Tells the sums of a job that has ended, as its accumulators have them; events that come later change nothing. */
    synchronized void close(long tokenSum, long megaflopSum) {
        closed = true;
        watcher.trained(tokenSum, megaflopSum * 1e6);
    }

    /** Trained so far in this job. */
    synchronized long tokens() {
        return tokens.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Trained so far in this job, exact count. */
    synchronized double flops() {
        return megaflops.values().stream().mapToLong(Long::longValue).sum() * 1e6;
    }

    private void take(long task, Iterable<AccumulableInfo> updates) {
        for (AccumulableInfo update : updates) {
            if (update.update().isEmpty()) {
                continue;
            }
            if (update.id() == tokensId) {
                tokens.put(task, (Long) update.update().get());
            } else if (update.id() == megaflopsId) {
                megaflops.put(task, (Long) update.update().get());
            }
        }
    }

    private void tell() {
        if (closed) {
            return;
        }
        long tokenSum = tokens.values().stream().mapToLong(Long::longValue).sum();
        long megaflopSum =
                megaflops.values().stream().mapToLong(Long::longValue).sum();
        watcher.trained(tokenSum, megaflopSum * 1e6);
    }
}
