package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.FinalModels;
import io.isoloss.jobs.train.WarmUp;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A sweep on Spark: a trunk of trials is a job of one task, and most are trunks of one; the longest start first. Other
 * drivers may work on the same trials at the same time, and other sweeps share the slots.
 *
 * @param source must give, on every machine, the corpus that the trials name
 * @param codeVersion goes into the provenance of the runs
 * @param metering what to measure beside training
 * @param keeping what training leaves on disk beside its results
 * @param supervision how trials are watched over
 * @param failFast whether the first trial that does not complete ends the job
 */
public record SweepJob(
        CorpusSource source,
        ResultStore store,
        String codeVersion,
        Metering metering,
        Keeping keeping,
        Supervision supervision,
        boolean failFast)
        implements Serializable {

    /**
     * A sweep of several that share the slots of one Spark application.
     *
     * @param trials to train
     * @param watcher told of progress, on Spark's own threads
     */
    public record Part(SweepJob job, List<Trial> trials, TrunkTrainer trainer, SweepWatcher watcher) {
        public Part(SweepJob job, List<Trial> trials, SweepWatcher watcher) {
            this(job, trials, new ModelTrainer(job), watcher);
        }
    }

    /**
     * Trains all trials, each writing its result to the store as it ends.
     *
     * @param master {@code local[K]}, {@code local[*]} or the URL of a running master
     * @param watcher told of progress, on Spark's own threads
     * @return how well the trials filled the cores
     * @throws IsolossException of kind FAILED if Spark can't be started, or stops; trials that ended are kept
     */
    public Occupancy run(String master, List<Trial> trials, SweepWatcher watcher) {
        return run(master, List.of(new Part(this, trials, watcher)));
    }

    /** Trains several sweeps at once: whose priority is greater comes first, among equals each gets as many slots. */
    public static Occupancy run(String master, List<Part> parts) {
        if (SparkContexts.isLocal(master)) {
            warmUp();
        }
        String names = parts.stream().map(part -> part.trials().get(0).sweep()).collect(Collectors.joining(", "));
        SweepWatcher watcher = parts.get(0).watcher();
        try (JavaSparkContext spark = SparkContexts.open(
                master, names, conf -> GpuShare.decide(conf, parts).ifPresent(watcher::noted))) {
            return run(spark, parts);
        }
    }

    /** Trains and writes next to nothing while Spark starts; a failure is left for the trials to meet. */
    private static void warmUp() {
        Thread thread = new Thread(
                () -> {
                    try {
                        Path folder = Files.createTempDirectory("isoloss-warm-up");
                        try {
                            ResultStore store = new ResultStore(folder.toString());
                            store.prepare();
                            WarmUp.run((trial, result) -> store.write(result));
                        } finally {
                            FileUtil.fullyDelete(folder.toFile());
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "warm-up");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, cause) -> {});
        thread.start();
    }

    @SuppressWarnings("try") // what closes the runs is not named again
    private static Occupancy run(JavaSparkContext spark, List<Part> parts) {
        Occupancy.Tally tally = new Occupancy.Tally(spark.defaultParallelism());
        SweepMetrics metrics = new SweepMetrics(tally);
        List<SweepRun> runs = new ArrayList<>();
        spark.sc().env().metricsSystem().registerSource(metrics);
        try (AutoCloseable all = () -> close(runs)) {
            for (Part part : parts) {
                runs.add(new SweepRun(spark, part, tally, metrics));
            }
            int tasks = runs.stream().mapToInt(SweepRun::tasks).sum();
            new Dispatcher(spark, runs.stream().map(SweepRun::sweep).toList()).run();
            for (SweepRun run : runs) {
                run.lead();
            }
            runs.forEach(SweepRun::tellAll);
            return tally.end(tasks);
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            throw failure(e);
        } finally {
            spark.sc().env().metricsSystem().removeSource(metrics);
        }
    }

    private static void close(List<SweepRun> runs) throws IOException {
        for (SweepRun run : runs) {
            run.close();
        }
    }

    private static RuntimeException failure(Exception e) {
        if (SparkContexts.isSparks(e) || e instanceof IOException) {
            return new IsolossException(
                    Kind.FAILED,
                    "Cannot finish the sweep (" + IsolossException.cause(e)
                            + "); mend that and give the same command again: it trains what is missing",
                    e);
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new IsolossException(Kind.FAILED, "Interrupted; the same command goes on", e);
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }

    /** Final models, of the runs that trials begin from and of the trials themselves. */
    public FinalModels models() {
        ResultStore sources = keeping.initFrom() == null ? store : new ResultStore(keeping.initFrom());
        return new FinalModels(keeping.finalModels() ? store.models() : null, sources.models());
    }
}
