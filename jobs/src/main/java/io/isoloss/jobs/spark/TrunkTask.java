package io.isoloss.jobs.spark;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.corpus.CorpusException;
import io.isoloss.jobs.store.Claim;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.Trunk;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.util.LongAccumulator;

/**
 * What an executor does with work: trains it under supervision, and writes each result while the claim on it holds. A
 * trial's failure is data.
 */
record TrunkTask(
        TrunkTrainer trainer,
        ResultStore store,
        double heartbeatSeconds,
        LongAccumulator tokens,
        LongAccumulator megaflops)
        implements Serializable {

    TrialEnd[] run(Work work) {
        List<TrialEnd> ends = new ArrayList<>();
        for (Trunk trunk : work.trunks()) {
            ends.addAll(run(trunk, work.claims()));
        }
        return ends.toArray(TrialEnd[]::new);
    }

    private List<TrialEnd> run(Trunk trunk, Map<String, Claim> claims) {
        Map<Trial, TrialEnd> ends = new ConcurrentHashMap<>();
        AtomicLong beats = new AtomicLong();
        try {
            List<String> gpus = TaskGpus.addresses();
            Supervised.call(
                    "trial " + trunk.longest().name(),
                    () -> {
                        train(trunk, claims, gpus, beats, ends);
                        return null;
                    },
                    beats::get,
                    heartbeatSeconds);
            end(trunk, ends, "its trainer ended without a result");
        } catch (Supervised.HungException e) {
            end(trunk, ends, e.getMessage());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (isFenced(cause)) {
                trunk.branches().forEach(trial -> ends.putIfAbsent(trial, TrialEnd.fenced(trial)));
            }
            boolean ours = cause instanceof CorpusException || cause instanceof IsolossException;
            end(trunk, ends, ours ? cause.getMessage() : cause.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(trunk, ends, "interrupted");
        }
        return trunk.branches().stream().map(ends::get).toList();
    }

    private void train(
            Trunk trunk, Map<String, Claim> claims, List<String> gpus, AtomicLong beats, Map<Trial, TrialEnd> ends)
            throws IOException {
        double megaflopsPerToken = trunk.longest().shape().trainingFlopsPerToken() / 1e6;
        Progress progress = (count, loss) -> {
            beats.incrementAndGet();
            tokens.add(count);
            megaflops.add(Math.round(count * megaflopsPerToken));
        };
        Trainer.Ended ended = (trial, trained) -> {
            beats.incrementAndGet();
            claims.get(trial.runId()).check();
            store.write(trained);
            ends.put(trial, TrialEnd.of(trial, trained));
        };
        Claim claim = claims.get(trunk.longest().runId());
        trainer.train(trunk, store.checkpoints(claim), gpus, progress, ended);
    }

    private static void end(Trunk trunk, Map<Trial, TrialEnd> ends, String cause) {
        trunk.branches().forEach(trial -> ends.putIfAbsent(trial, TrialEnd.lost(trial, cause)));
    }

    private static boolean isFenced(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Claim.FencedException) {
                return true;
            }
        }
        return false;
    }
}
