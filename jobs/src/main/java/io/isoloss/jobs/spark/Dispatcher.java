package io.isoloss.jobs.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Function2;
import scala.collection.JavaConverters;
import scala.concurrent.ExecutionContext;
import scala.runtime.BoxedUnit;

/**
 * Gives the work of sweeps to Spark, each as a job of one task, as many at once as there are slots; the sweep of the greatest
 * priority first. Spark retries nothing: what a lost executor was training goes back to its queue.
 */
final class Dispatcher {
    private static final String BLOCKERS = "isoloss-excluded";
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** Between two looks at trials that other drivers hold, and at the slots there are. */
    private static final long LOOK_MILLIS = 500;

    /** Slots for each of which a work waits in Spark, which starts it some 40 ms sooner than the driver could give it. */
    private static final int SLOTS_A_WORK_AHEAD = 16;

    private final JavaSparkContext spark;
    private final List<Sweep> sweeps;
    private final Set<String> badDevices = new TreeSet<>();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** A queue, and what executors do with its work. */
    static final class Sweep {
        private final String group;
        private final SweepQueue queue;
        private TrunkTask task;

        /**
         * A sweep to dispatch.
         *
         * @param group of its Spark jobs
         */
        Sweep(String group, SweepQueue queue, TrunkTask task) {
            this.group = group;
            this.queue = queue;
            this.task = task;
        }
    }

    /** Something that Spark told of, for the thread that dispatches. */
    @FunctionalInterface
    private interface Event {
        void happen() throws IOException;
    }

    Dispatcher(JavaSparkContext spark, List<Sweep> sweeps) {
        this.spark = spark;
        this.sweeps = List.copyOf(sweeps);
    }

    /** Trains all, or what {@link SweepQueue.Ended} lets it; returns when each has ended, here or under another driver. */
    void run() throws IOException, InterruptedException {
        while (inFlight() > 0 || sweeps.stream().anyMatch(sweep -> !sweep.queue.isEmpty())) {
            giveOut();
            for (Sweep sweep : sweeps) {
                sweep.queue.parkWhatIsLeft();
            }
            Event event = events.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                sweeps.forEach(sweep -> sweep.queue.lookAgain());
            }
            while (event != null) {
                event.happen();
                event = events.poll();
            }
        }
    }

    private int inFlight() {
        return sweeps.stream().mapToInt(sweep -> sweep.queue.inFlight()).sum();
    }

    private int slots() {
        int all = spark.sc()
                .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
        return Math.max(1, all - badDevices.size() * GpuShare.tasksOfAGpu(spark.getConf()));
    }

    /** Fills the slots, and lets a little more wait in Spark. */
    private void giveOut() throws IOException {
        int slots = slots();
        int ahead = 1 + slots / SLOTS_A_WORK_AHEAD;
        boolean given = true;
        while (given && inFlight() < slots + ahead) {
            given = giveOne(slots, slots - inFlight());
        }
    }

    /** Of sweeps of equal priority, one with the fewest works in flight comes first. */
    private boolean giveOne(int slots, int free) throws IOException {
        List<Sweep> order = sweeps.stream()
                .sorted(Comparator.comparingInt((Sweep sweep) -> -sweep.queue.priority())
                        .thenComparingInt(sweep -> sweep.queue.inFlight()))
                .toList();
        for (Sweep sweep : order) {
            if (free <= 0 && !sweep.queue.isEmpty() && !sweep.queue.mayWorkAhead(slots)) {
                return false; // nor may one that comes after it
            }
            Optional<Work> work = sweep.queue.next(slots, free);
            if (work.isPresent()) {
                submit(sweep, work.get());
                return true;
            }
        }
        return false;
    }

    private void submit(Sweep sweep, Work work) {
        spark.setJobGroup(sweep.group, work.name(), true);
        spark.sc().setCallSite(work.name());
        RDD<Work> one = spark.parallelize(List.of(work), 1).rdd();
        TrunkTask onExecutor = sweep.task;
        Function1<scala.collection.Iterator<Work>, TaskEnd> train =
                (Function1<scala.collection.Iterator<Work>, TaskEnd> & Serializable)
                        share -> onExecutor.run(share.next());
        Function2<Object, TaskEnd, BoxedUnit> result = (partition, end) -> {
            events.add(() -> end(sweep, work, end));
            return BoxedUnit.UNIT;
        };
        SimpleFutureAction<Object> job = spark.sc()
                .submitJob(
                        one,
                        train,
                        JavaConverters.asScalaBuffer(List.<Object>of(0)).toSeq(),
                        result,
                        () -> null);
        job.onComplete(
                outcome -> {
                    if (outcome.isFailure()) {
                        Throwable cause = outcome.failed().get();
                        events.add(() -> failed(sweep, work, cause));
                    }
                    return null;
                },
                ExecutionContext.global());
    }

    private void end(Sweep sweep, Work work, TaskEnd end) throws IOException {
        exclude(end.badDevice());
        sweep.queue.end(work, end);
        cancelIfStopped(sweep);
    }

    /** Has no further trial trained on a GPU: a task that does nothing holds it. */
    private void exclude(String device) {
        if (device == null || !badDevices.add(device)) {
            return;
        }
        LOG.error("GPU {} is excluded from this job", device);
        for (Sweep sweep : sweeps) {
            sweep.task = sweep.task.without(badDevices);
        }
        spark.setJobGroup(BLOCKERS, "keeps " + device + " from being used", true);
        Blocker.hold(spark, device);
    }

    /** A task that Spark lost with its executor, or ended itself. */
    private void failed(Sweep sweep, Work work, Throwable cause) throws IOException {
        if (sweep.queue.isStopped()) {
            sweep.queue.dropped(work);
        } else if (SparkContexts.isLostTask(cause)) {
            sweep.queue.lost(work, cause);
            cancelIfStopped(sweep);
        } else {
            throw cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
        }
    }

    private void cancelIfStopped(Sweep sweep) {
        if (sweep.queue.isStopped()) {
            spark.cancelJobGroup(sweep.group);
        }
    }
}
