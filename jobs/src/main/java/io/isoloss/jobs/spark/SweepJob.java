package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.Claims;
import io.isoloss.jobs.store.Failures;
import io.isoloss.jobs.store.Heartbeat;
import io.isoloss.jobs.store.Ledger;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.FinalModels;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.Ceiling;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * A sweep on Spark: a trunk of trials is a job of one task, and most are trunks of one; the longest start first. Other
 * drivers may work on the same trials at the same time.
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
     * Trains all trials, each writing its result to the store as it ends.
     *
     * @param master {@code local[K]}, {@code local[*]} or the URL of a running master
     * @param watcher told of progress, on Spark's own threads
     * @return how well the trials filled the cores
     * @throws IsolossException of kind FAILED if Spark can't be started, or stops; trials that ended are kept
     */
    public Occupancy run(String master, List<Trial> trials, SweepWatcher watcher) {
        if (SparkContexts.isLocal(master)) {
            warmUp();
        }
        return run(master, trials, new ModelTrainer(this), watcher);
    }

    /** The same with a trainer of another kind. */
    Occupancy run(String master, List<Trial> trials, TrunkTrainer trainer, SweepWatcher watcher) {
        try (JavaSparkContext spark = SparkContexts.open(
                master,
                trials.get(0).sweep(),
                conf -> GpuShare.decide(conf, trials, metering.inference(), supervision)
                        .ifPresent(watcher::noted))) {
            return run(spark, trials, trainer, watcher);
        }
    }

    /** Loads ND4J and measures the ceiling while Spark starts; a failure is left for the trials to meet. */
    private void warmUp() {
        Thread thread =
                new Thread(() -> Ceiling.of(Environment.here(codeVersion).device()), "warm-up");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, cause) -> {});
        thread.start();
    }

    private Occupancy run(JavaSparkContext spark, List<Trial> trials, TrunkTrainer trainer, SweepWatcher watcher) {
        LongAccumulator tokens = spark.sc().longAccumulator(LiveProgress.TOKENS);
        LongAccumulator megaflops = spark.sc().longAccumulator(LiveProgress.MEGAFLOPS);
        List<Trial> shared =
                trials.stream().filter(trial -> trial.spec().mode() != null).toList();
        List<Trunk> trunks = Trunk.group(
                trials.stream().filter(trial -> trial.spec().mode() == null).toList());
        Occupancy.Tally tally = new Occupancy.Tally(spark.defaultParallelism());
        AtomicBoolean goOn = new AtomicBoolean(true);
        AtomicReference<Dispatcher> dispatcher = new AtomicReference<>();
        LiveProgress listener = new LiveProgress(watcher);
        SweepMetrics metrics = new SweepMetrics(listener, tally, dispatcher::get);
        Dispatcher.Ended ended = ends -> {
            tally.add(ends);
            for (TrialEnd end : ends) {
                metrics.add(end);
                note(end);
                watcher.ended(end);
                if (failFast && !end.completed()) {
                    goOn.set(false);
                }
            }
            return goOn.get();
        };
        spark.sc().addSparkListener(listener);
        spark.sc().env().metricsSystem().registerSource(metrics);
        Ledger ledger = new Ledger(store, supervision.caps());
        Heartbeat heartbeat = new Heartbeat(supervision.leaseHeartbeatSeconds());
        try (Claims claims = claims(ledger, heartbeat, () -> progress(tally, listener, dispatcher.get()))) {
            TrunkTask task =
                    new TrunkTask(trainer, store, supervision.trialHeartbeatSeconds(), Set.of(), tokens, megaflops);
            dispatcher.set(new Dispatcher(spark, store, supervision, claims, ledger, task, ended));
            dispatcher.get().run(trunks);
            for (Trial trial : shared) {
                if (goOn.get()) {
                    shared(spark, claims, ledger, trial, tokens, megaflops).ifPresent(ended::accept);
                }
            }
            listener.close(tokens.value(), megaflops.value());
            return tally.end(trunks.size() + shared.size());
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            if (SparkContexts.isSparks(e) || e instanceof IOException) {
                throw new IsolossException(
                        Kind.FAILED,
                        "Cannot finish the sweep (" + IsolossException.cause(e)
                                + "); mend that and give the same command again: it trains what is missing",
                        e);
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw new IsolossException(Kind.FAILED, "Interrupted; the same command goes on", e);
            }
            throw (RuntimeException) e;
        } finally {
            spark.sc().env().metricsSystem().removeSource(metrics);
            spark.sc().removeSparkListener(listener);
        }
    }

    /** Leaves word of a trial without a result. */
    private void note(TrialEnd end) {
        Failures failures = new Failures(store);
        try {
            if (end.outcome().equals(Run.LOST) || end.isParked()) {
                failures.write(new Failures.Failure(end.name(), end.runId(), end.outcome(), end.failure()));
            } else {
                failures.clear(end.runId());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Claims claims(Ledger ledger, Heartbeat heartbeat, Supplier<Pulse.Progress> progress) throws IOException {
        ledger.settleDead();
        return Claims.open(store, heartbeat, progress);
    }

    private static Pulse.Progress progress(Occupancy.Tally tally, LiveProgress listener, Dispatcher dispatcher) {
        return dispatcher == null
                ? Pulse.Progress.NONE
                : new Pulse.Progress(tally.seconds(), listener.flops(), dispatcher.running());
    }

    /** Final models, of the runs that trials begin from and of the trials themselves. */
    public FinalModels models() {
        ResultStore sources = keeping.initFrom() == null ? store : new ResultStore(keeping.initFrom());
        return new FinalModels(keeping.finalModels() ? store.models() : null, sources.models());
    }

    /** A trial on several executors, which the driver leads; empty if another driver has it or has done it. */
    private Optional<TrialEnd> shared(
            JavaSparkContext spark,
            Claims claims,
            Ledger ledger,
            Trial trial,
            LongAccumulator tokens,
            LongAccumulator megaflops)
            throws IOException {
        Optional<Claim> claim = claims.claim(trial.runId());
        if (claim.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Ledger.Reservation> room = ledger.reserve(claim.get(), trial.flopsExact(), 1);
            if (room.isEmpty()) {
                return Optional.of(TrialEnd.parked(trial, TrunkTask.PARKED_BY_CAPS));
            }
            spark.setJobGroup(Dispatcher.GROUP, trial.name(), true);
            TrainedTrial trained = new SharedTrials(source, codeVersion).train(spark, trial);
            claim.get().check();
            store.write(trained);
            tokens.add(trial.tokens());
            megaflops.add(Math.round(trial.flopsExact() / 1e6));
            return Optional.of(TrialEnd.of(trial, trained));
        } catch (IOException | RuntimeException e) {
            return Optional.of(TrialEnd.lost(trial, IsolossException.cause(e)));
        } finally {
            claims.release(claim.get());
        }
    }
}
