package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.corpus.CorpusException;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.BadDeviceException;
import io.isoloss.jobs.train.BrokenProcessException;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What an executor does with work: trains it under supervision, and writes each result while the claim on it holds. A
 * trial's failure is data.
 *
 * @param excluded GPUs not to train on, {@code HOST ADDRESS}
 */
record TrunkTask(
        TrunkTrainer trainer,
        ResultStore store,
        double heartbeatSeconds,
        Set<String> excluded,
        LongAccumulator tokens,
        LongAccumulator megaflops)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(TrunkTask.class);

    /** GPUs that failed in this process: work may come that was given to Spark before the driver heard of it. */
    private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

    /** Exit code of an executor that can't use its GPU any more. */
    private static final int BROKEN = 71;

    static final String PARKED_BY_CAPS =
            "the caps leave no room for it; what was trained of it is kept, and goes on once they do";

    TaskEnd run(Work work) {
        List<String> gpus = TaskGpus.addresses();
        List<TrialEnd> ends = new ArrayList<>();
        Account account = new Account();
        for (Trunk trunk : work.trunks()) {
            if (TaskGpus.areExcluded(excluded, gpus) || TaskGpus.areExcluded(FAILED, gpus)) {
                account.badDevice = TaskGpus.name(gpus);
                trunk.branches().forEach(trial -> ends.add(TrialEnd.lost(trial, "its GPU is excluded")));
            } else {
                ends.addAll(run(trunk, work, gpus, account));
            }
        }
        return new TaskEnd(ends, account.flops, account.seconds, account.joules, account.badDevice);
    }

    /** What the trunks of a task took so far. */
    private static final class Account {
        private double flops;
        private double seconds;
        private Double joules = 0.0; // null once a part is not known
        private String badDevice;
    }

    private List<TrialEnd> run(Trunk trunk, Work work, List<String> gpus, Account account) {
        Map<Trial, TrialEnd> ends = new ConcurrentHashMap<>();
        AtomicLong beats = new AtomicLong();
        AtomicLong trained = new AtomicLong();
        long start = System.nanoTime();
        Double joules = null;
        try {
            Usage usage = Supervised.call(
                    "trial " + trunk.longest().name(),
                    () -> train(trunk, work, gpus, beats, trained, ends),
                    beats::get,
                    heartbeatSeconds);
            joules = usage.joules();
            end(trunk, ends, "its trainer ended without a result");
        } catch (Supervised.HungException e) {
            end(trunk, ends, e.getMessage());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (Claim.isFenced(cause)) {
                trunk.branches().forEach(trial -> ends.putIfAbsent(trial, TrialEnd.fenced(trial)));
            }
            if (cause instanceof BadDeviceException && !gpus.isEmpty()) {
                account.badDevice = TaskGpus.name(gpus);
                FAILED.add(account.badDevice);
            }
            if (cause instanceof BrokenProcessException) {
                endProcess(cause);
            }
            boolean ours = cause instanceof CorpusException
                    || cause instanceof IsolossException
                    || cause instanceof IOException;
            end(trunk, ends, ours ? cause.getMessage() : cause.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(trunk, ends, "interrupted");
        }
        account.flops += trained.get() * trunk.longest().shape().trainingFlopsPerToken();
        account.seconds += (System.nanoTime() - start) / 1e9;
        account.joules = account.joules == null || joules == null ? null : (Double) (account.joules + joules);
        return trunk.branches().stream().map(ends::get).toList();
    }

    /** An executor ends, is started again by Spark and counts as lost; the driver's own process can't. */
    private static void endProcess(Throwable cause) {
        if (!SparkContexts.isLocal(SparkEnv.get().conf().get("spark.master"))) {
            LOG.error("This executor ends", cause);
            Runtime.getRuntime().halt(BROKEN);
        }
    }

    private Usage train(
            Trunk trunk, Work work, List<String> gpus, AtomicLong beats, AtomicLong trained, Map<Trial, TrialEnd> ends)
            throws IOException {
        MDC.put("run_id", trunk.longest().runId());
        LOG.info("trial {} begins", trunk.longest().name());
        double megaflopsPerToken = trunk.longest().shape().trainingFlopsPerToken() / 1e6;
        Progress progress = new Progress() {
            @Override
            public void step(long count, double loss) {
                trained.addAndGet(count);
                goesOn(count, loss);
            }

            @Override
            public void goesOn(long count, double loss) {
                beats.incrementAndGet();
                tokens.add(count);
                megaflops.add(Math.round(count * megaflopsPerToken));
            }
        };
        Trainer.Ended ended = new Trainer.Ended() {
            @Override
            public void accept(Trial trial, TrainedTrial result) throws IOException {
                beats.incrementAndGet();
                Claim claim = work.claims().get(trial.runId());
                claim.check();
                store.write(result.startedTimes(claim.token()));
                LOG.info("trial {} {}", trial.name(), result.run().outcome());
                ends.put(trial, TrialEnd.of(trial, result));
            }

            @Override
            public void parked(Trial trial, Usage used) {
                ends.put(trial, TrialEnd.parked(trial, PARKED_BY_CAPS));
            }
        };
        Claim claim = work.claims().get(trunk.longest().runId());
        return trainer.train(
                new TrunkTrainer.Attempt(
                        trunk,
                        store.checkpoints(claim),
                        gpus,
                        work.reservation().allowance()),
                progress,
                ended);
    }

    /** The same without these GPUs. */
    TrunkTask without(Set<String> devices) {
        return new TrunkTask(trainer, store, heartbeatSeconds, Set.copyOf(devices), tokens, megaflops);
    }

    private static void end(Trunk trunk, Map<Trial, TrialEnd> ends, String cause) {
        trunk.branches().forEach(trial -> ends.putIfAbsent(trial, TrialEnd.lost(trial, cause)));
    }
}
