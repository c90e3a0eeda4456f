package io.isoloss.jobs.spark;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Runs work on a thread of its own, so that the caller can leave it behind when it hangs. */
final class Supervised {
    /** Heartbeats without progress that make a hang: with looks four times a heartbeat, it is found within two. */
    private static final double HUNG = 1.5;

    private static final int LOOKS = 4;

    /** Reused, since native libraries keep memory for each; one that hangs is never seen again. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "trial");
        thread.setDaemon(true);
        return thread;
    });

    private Supervised() {}

    /**
     * What the work gives.
     *
     * @param beats grows while the work gets on
     * @param heartbeatSeconds in which it must grow: within two without, the work is interrupted and left behind
     * @throws HungException if it hangs
     * @throws ExecutionException with what the work throws
     */
    static <T> T call(String name, Callable<T> work, LongSupplier beats, double heartbeatSeconds)
            throws ExecutionException, HungException, InterruptedException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        FutureTask<T> task = new FutureTask<>(() -> {
            Thread.currentThread().setName(name);
            Thread.currentThread().setContextClassLoader(loader);
            return work.call();
        });
        THREADS.execute(task);
        try {
            long last = beats.getAsLong();
            long since = System.nanoTime();
            while (true) {
                try {
                    return task.get(Math.round(heartbeatSeconds * 1e6 / LOOKS), TimeUnit.MICROSECONDS);
                } catch (TimeoutException e) {
                    long now = beats.getAsLong();
                    if (now != last) {
                        last = now;
                        since = System.nanoTime();
                    } else if ((System.nanoTime() - since) / 1e9 >= HUNG * heartbeatSeconds) {
                        throw new HungException(HUNG * heartbeatSeconds);
                    }
                }
            }
        } finally {
            task.cancel(true);
        }
    }

    /** Work that made no progress. */
    static final class HungException extends Exception {
        private static final long serialVersionUID = 1;

        HungException(double seconds) {
            super("hung: no step for " + seconds + " s; it was interrupted and left behind. Where steps take that long,"
                    + " raise supervision.trial_heartbeat_seconds");
        }
    }
}
