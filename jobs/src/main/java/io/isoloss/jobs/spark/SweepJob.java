package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.CorpusException;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Keeping;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Environment;
import io.isoloss.jobs.train.FinalModels;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.meter.Ceiling;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.LongAccumulator;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * A sweep as one Spark job: a trunk of trials is a task, and most are trunks of one; the longest start first. A trial's
 * failure comes back as data, so that Spark retries only what it lost itself.
 *
 * @param source must give, on every machine, the corpus that the trials name
 * @param codeVersion goes into the provenance of the runs
 * @param metering what to measure beside training
 * @param keeping what training leaves on disk beside its results
 * @param failFast whether the first trial that does not complete ends the job
 */
public record SweepJob(
        CorpusSource source,
        ResultStore store,
        String codeVersion,
        Metering metering,
        Keeping keeping,
        boolean failFast)
        implements Serializable {
    private static final String GROUP = "isoloss-sweep";

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
        try (JavaSparkContext spark = SparkContexts.open(master, trials.get(0).sweep())) {
            return run(spark, trials, watcher);
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

    private Occupancy run(JavaSparkContext spark, List<Trial> trials, SweepWatcher watcher) {
        LongAccumulator tokens = spark.sc().longAccumulator(LiveProgress.TOKENS);
        LongAccumulator megaflops = spark.sc().longAccumulator(LiveProgress.MEGAFLOPS);
        AtomicBoolean stopped = new AtomicBoolean();
        List<Trial> shared =
                trials.stream().filter(trial -> trial.spec().mode() != null).toList();
        List<Trunk> trunks = Trunk.group(
                trials.stream().filter(trial -> trial.spec().mode() == null).toList());
        Occupancy.Tally tally = new Occupancy.Tally(spark.defaultParallelism());
        Function1<Iterator<Trunk>, TrialEnd[]> train =
                (Function1<Iterator<Trunk>, TrialEnd[]> & Serializable) share -> train(share.next(), tokens, megaflops);
        Function2<Object, TrialEnd[], BoxedUnit> ended = (partition, ends) -> {
            tally.add(ends);
            for (TrialEnd end : ends) {
                watcher.ended(end);
                if (failFast && !end.completed() && !stopped.getAndSet(true)) {
                    spark.cancelJobGroup(GROUP);
                }
            }
            return BoxedUnit.UNIT;
        };
        LiveProgress listener = new LiveProgress(watcher);
        spark.sc().addSparkListener(listener);
        spark.setJobGroup(GROUP, trials.size() + " trials of " + trials.get(0).sweep(), true);
        try {
            if (!trunks.isEmpty()) {
                RDD<Trunk> oneEach = spark.parallelize(trunks, trunks.size()).rdd();
                spark.sc().runJob(oneEach, train, ended, ClassTag$.MODULE$.apply(TrialEnd[].class));
            }
            for (Trial trial : stopped.get() ? List.<Trial>of() : shared) {
                ended.apply(null, new TrialEnd[] {shared(spark, trial, tokens, megaflops)});
                if (stopped.get()) {
                    break;
                }
            }
            listener.close(tokens.value(), megaflops.value());
            return tally.end(trunks.size() + shared.size());
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            if (stopped.get()) {
                return tally.end(trunks.size() + shared.size());
            }
            if (SparkContexts.isSparks(e)) {
                throw new IsolossException(
                        Kind.FAILED,
                        "Cannot finish the sweep (" + IsolossException.cause(e)
                                + "); mend that and give the same command again: it trains what is missing",
                        e);
            }
            throw e;
        } finally {
            spark.sc().removeSparkListener(listener);
        }
    }

    /** Final models, of the runs that trials begin from and of the trials themselves. */
    public FinalModels models() {
        ResultStore sources = keeping.initFrom() == null ? store : new ResultStore(keeping.initFrom());
        return new FinalModels(keeping.finalModels() ? store.models() : null, sources.models());
    }

    /** A trial on several executors, which the driver leads. */
    private TrialEnd shared(JavaSparkContext spark, Trial trial, LongAccumulator tokens, LongAccumulator megaflops) {
        try {
            TrainedTrial trained = new SharedTrials(source, codeVersion).train(spark, trial);
            store.write(trained);
            tokens.add(trial.tokens());
            megaflops.add(Math.round(trial.flopsExact() / 1e6));
            return TrialEnd.of(trial, trained);
        } catch (IOException | RuntimeException e) {
            return TrialEnd.lost(trial, IsolossException.cause(e));
        }
    }

    private TrialEnd[] train(Trunk trunk, LongAccumulator tokens, LongAccumulator megaflops) {
        Map<Trial, TrialEnd> ends = new LinkedHashMap<>();
        Trial longest = trunk.longest();
        try {
            Corpus corpus = Corpora.of(source, longest);
            double megaflopsPerToken = longest.shape().trainingFlopsPerToken() / 1e6;
            Progress progress = (count, loss) -> {
                tokens.add(count);
                megaflops.add(Math.round(count * megaflopsPerToken));
            };
            Checkpoints checkpoints = new Checkpoints(store.checkpoints(), keeping.checkpointSeconds());
            Environment environment = Environment.here(codeVersion, TaskGpus.addresses());
            Trainer trainer = new Trainer(corpus, environment, metering, checkpoints, models());
            trainer.train(trunk, progress, (trial, trained) -> {
                store.write(trained);
                ends.put(trial, TrialEnd.of(trial, trained));
            });
        } catch (IOException | RuntimeException e) {
            boolean ours = e instanceof CorpusException || e instanceof IsolossException;
            String cause = ours ? e.getMessage() : e.toString();
            for (Trial trial : trunk.branches()) {
                ends.putIfAbsent(trial, TrialEnd.lost(trial, cause));
            }
        }
        return ends.values().toArray(TrialEnd[]::new);
    }
}
