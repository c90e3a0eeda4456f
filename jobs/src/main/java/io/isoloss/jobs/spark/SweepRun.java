package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.Claims;
import io.isoloss.jobs.store.Failures;
import io.isoloss.jobs.store.Heartbeat;
import io.isoloss.jobs.store.Ledger;
import io.isoloss.jobs.store.Pulse;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.TrainedTrial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** A sweep while Spark works on it: its claims, its queues, and who hears of its trials. */
final class SweepRun implements AutoCloseable {
    /** Between two looks at trials that other drivers hold. */
    private static final long LOOK_MILLIS = 500;

    private final JavaSparkContext spark;
    private final SweepJob.Part part;
    private final Occupancy.Tally tally;
    private final SweepMetrics metrics;
    private final LongAccumulator tokens;
    private final LongAccumulator megaflops;
    private final LiveProgress progress;
    private final Claims claims;
    private final SweepQueue alone;
    private final SweepQueue shared;
    private final int widest; // devices of a trial that takes several
    private boolean goOn = true;

    SweepRun(JavaSparkContext spark, SweepJob.Part part, Occupancy.Tally tally, SweepMetrics metrics)
            throws IOException {
        this.spark = spark;
        this.part = part;
        this.tally = tally;
        this.metrics = metrics;
        this.tokens = spark.sc().longAccumulator("trained tokens");
        this.megaflops = spark.sc().longAccumulator("trained megaFLOPs");
        this.progress = new LiveProgress(part.watcher(), tokens.id(), megaflops.id());
        ResultStore store = part.job().store();
        Supervision supervision = part.job().supervision();
        Ledger ledger = new Ledger(store, supervision.caps());
        this.claims = Claims.open(store, new Heartbeat(supervision.leaseHeartbeatSeconds()), this::pulse);
        List<Trial> trials = part.trials();
        List<Trunk> trunks = Trunk.group(
                trials.stream().filter(trial -> trial.spec().mode() == null).toList());
        List<Trunk> several = trials.stream()
                .filter(trial -> trial.spec().mode() != null)
                .map(Trunk::of)
                .toList();
        this.alone = new SweepQueue(part.job(), claims, ledger, this::ended, trunks);
        this.shared = new SweepQueue(part.job(), claims, ledger, this::ended, several);
        this.widest = several.stream()
                .mapToInt(trunk -> trunk.longest().spec().mode().devices())
                .max()
                .orElse(0);
        spark.sc().addSparkListener(progress);
        metrics.add(this);
    }

    private Pulse.Progress pulse() {
        List<Pulse.Running> running = new ArrayList<>();
        if (shared != null) { // else this is still being made
            running.addAll(alone.running());
            running.addAll(shared.running());
        }
        return new Pulse.Progress(tally.seconds(), progress.flops(), running);
    }

    /** Trials that train on one executor each. */
    Dispatcher.Sweep sweep() {
        SweepJob job = part.job();
        TrunkTask task = new TrunkTask(
                part.trainer(), job.store(), job.supervision().trialHeartbeatSeconds(), Set.of(), tokens, megaflops);
        return new Dispatcher.Sweep("isoloss-sweep " + job.store().root(), alone, task);
    }

    LiveProgress progress() {
        return progress;
    }

    /** Trials in training, or waiting in Spark for a core. */
    int running() {
        return alone.running().size() + shared.running().size();
    }

    /** Trunks that were not given to Spark. */
    int queued() {
        return alone.queued() + shared.queued();
    }

    /** Tasks that can be of use at once: of trials on one executor, or of the one trial on several that is led at a time. */
    int tasks() {
        return Math.max(alone.queued(), widest);
    }

    /** Trains the trials that take several executors, one after another; the driver leads each. */
    void lead() throws IOException, InterruptedException {
        while (goOn && !shared.isEmpty()) {
            Optional<Work> work = shared.next(1, 1);
            if (work.isPresent()) {
                lead(work.get());
            } else {
                shared.parkWhatIsLeft();
                TimeUnit.MILLISECONDS.sleep(shared.isEmpty() ? 0 : LOOK_MILLIS);
                shared.lookAgain();
            }
        }
    }

    private void lead(Work work) throws IOException {
        Trial trial = work.trunks().get(0).longest();
        Claim claim = work.claims().get(trial.runId());
        SweepJob job = part.job();
        Checkpoints checkpoints =
                new Checkpoints(job.store().checkpoints(claim), job.keeping().checkpointSeconds());
        Led led = new Led(trial.shape().trainingFlopsPerToken());
        long start = System.nanoTime();
        double flops;
        TrialEnd end;
        try {
            spark.setJobGroup("isoloss-shared " + job.store().root(), trial.name(), true);
            TrainedTrial trained = new SharedTrials(
                            job.source(), job.codeVersion(), job.metering().rates())
                    .train(spark, new RoundTraining(trial, checkpoints, led));
            boolean compared = trained.run().training().modeDeparture() != null;
            flops = led.flops + (compared ? trial.flopsExact() : 0);
            claim.check();
            job.store().write(trained.startedTimes(claim.token()));
            checkpoints.clear(trial);
            end = TrialEnd.of(trial, trained);
        } catch (Exception e) { // Scala throws checked exceptions that Java is not told of
            led.takeBack();
            if (SparkContexts.isLostExecutor(e)) {
                shared.lost(work, e);
                return;
            }
            if (!(e instanceof IOException || e instanceof RuntimeException || SparkContexts.isLostTask(e))) {
                throw e;
            }
            flops = work.flops(); // as much as it may have taken
            end = Claim.isFenced(e) ? TrialEnd.fenced(trial) : TrialEnd.lost(trial, IsolossException.cause(e));
        }
        shared.end(work, new TaskEnd(List.of(end), flops, (System.nanoTime() - start) / 1e9, null, null));
    }

    /** Tells of the rounds of a trial as they end. */
    private final class Led implements Progress {
        private final double flopsPerToken;
        private double flops; // of this attempt
        private long toldTokens;
        private long toldMegaflops;

        Led(double flopsPerToken) {
            this.flopsPerToken = flopsPerToken;
        }

        @Override
        public void step(long count, double loss) {
            flops += count * flopsPerToken;
            goesOn(count, loss);
        }

        @Override
        public void goesOn(long count, double loss) {
            tell(count, Math.round(count * flopsPerToken / 1e6));
        }

        /** An attempt that was lost begins anew, or goes on and tells again. */
        void takeBack() {
            tell(-toldTokens, -toldMegaflops);
        }

        private void tell(long count, long mega) {
            toldTokens += count;
            toldMegaflops += mega;
            tokens.add(count);
            megaflops.add(mega);
            progress.led(count, mega);
        }
    }

    private boolean ended(TrialEnd... ends) throws IOException {
        tally.add(ends);
        for (TrialEnd end : ends) {
            metrics.add(end);
            note(end);
            part.watcher().ended(end);
            goOn &= end.completed() || !part.job().failFast();
        }
        return goOn;
    }

    /** Leaves word of a trial without a result. */
    private void note(TrialEnd end) throws IOException {
        Failures failures = new Failures(part.job().store());
        if (end.outcome().equals(Run.LOST) || end.isParked()) {
            failures.write(new Failures.Failure(end.name(), end.runId(), end.outcome(), end.failure()));
        } else {
            failures.clear(end.runId());
        }
    }

    /** Tells the watcher all that was trained. */
    void tellAll() {
        progress.close(tokens.value(), megaflops.value());
    }

    @Override
    public void close() throws IOException {
        spark.sc().removeSparkListener(progress);
        claims.close();
    }
}
