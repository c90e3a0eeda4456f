package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.Checkpoints;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.RoundTraining;
import io.isoloss.jobs.train.Trials;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lost executors and hostile trials cost a sweep on a cluster of processes. */
class ExecutorLossTest {
    private static final int KILLS = Integer.getInteger("isoloss.kills", 1);
    private static final int LOSSES = 2;
    private static final int RUN_ID = 64; // digits
    private static final double CHECKPOINT_SECONDS = 0.5;
    private static final Corpus CORPUS = Trials.SOURCE.load();

    @TempDir
    private static Path clusterFolder;

    private static TestCluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(clusterFolder, TestCluster.Plan.of(2, 1));
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    private static List<TrialEnd> run(
            ResultStore store, List<Trial> trials, TrunkTrainer trainer, Supervision supervision) {
        store.prepare();
        return cluster.drive(
                Map.of("spark.executor.memory", "512m"),
                () -> Jobs.run(cluster.url(), job(store, supervision), trials, trainer));
    }

    private static SweepJob job(ResultStore store, Supervision supervision) {
        return Jobs.of(store, supervision, CHECKPOINT_SECONDS);
    }

    @Test
    void killedExecutorsLoseNothingAndRepeatAtMostACheckpointInterval() throws Exception {
        // Some three seconds of training a kill and core, so that kills fall into all stages of trials.
        List<Trial> trials = IntStream.range(0, 3 + 3 * KILLS)
                .mapToObj(i -> Trials.of(CORPUS, 32, 4000 + i, 0.005))
                .toList();
        ResultStore store = new ResultStore(folder.resolve("out").toString());
        Path log = folder.resolve("steps");
        AtomicInteger killed = new AtomicInteger();
        Thread killer = killer(log, killed);
        List<TrialEnd> ends = run(
                store,
                trials,
                new SteppingTrainer(new ModelTrainer(job(store, Supervision.DEFAULT)), log.toString()),
                new Supervision(1, 60, 10, 0, null, Supervision.DEFAULT.caps(), null));
        killer.interrupt();
        killer.join();

        assertThat(ends).hasSize(trials.size()).allMatch(TrialEnd::completed);
        assertThat(store.read().problems()).isEmpty();
        Map<String, Double> losses = new HashMap<>();
        for (Run run : store.read().runs()) {
            assertThat(losses.put(run.id(), run.loss())).as("duplicate").isNull();
        }
        Map<String, Double> alone = new HashMap<>();
        for (Trial trial : trials.subList(0, 2)) {
            alone.put(trial.runId(), Trials.train(trial, CORPUS).run().loss());
        }
        assertThat(losses).hasSize(trials.size()).containsAllEntriesOf(alone);
        List<Repeated> repeated = repeated(log);
        if (KILLS >= 10) { // a few may all fall on executors that are only starting
            assertThat(repeated).as("attempts after a kill").isNotEmpty();
        }
        // From the checkpoint that an attempt began at to the kill. A checkpoint is due at the first step after its
        // interval;
        // on a busy machine that step may be held up, and writing takes half a second at most.
        assertThat(repeated).allMatch(time -> time.seconds() - time.longestStep() <= CHECKPOINT_SECONDS + 0.5);
        System.out.printf(
                "%d kills, %d attempts cut short: lost 0, duplicates 0, repeated %.2f s of training each at most, %.2f s in the"
                        + " mean%n",
                killed.get(),
                repeated.size(),
                repeated.stream().mapToDouble(Repeated::seconds).max().orElse(0),
                repeated.stream().mapToDouble(Repeated::seconds).average().orElse(0));
    }

    /** Training that an attempt took over again: seconds of it, and of its longest step. */
    private record Repeated(double seconds, double longestStep) {
        static Repeated of(Map<Long, Long> millis, long first, long last) {
            double longest = 0;
            for (long step = first; step < last; step++) {
                longest = Math.max(longest, (millis.get(step + 1) - millis.get(step)) / 1e3);
            }
            return new Repeated((millis.get(last) - millis.get(first)) / 1e3, longest);
        }
    }

    /** Kills an executor at a random moment after both have taken a step. */
    private static Thread killer(Path log, AtomicInteger killed) {
        Thread thread = new Thread(() -> {
            SplittableRandom random = new SplittableRandom(KILLS);
            try {
                while (killed.get() < KILLS) {
                    awaitTwoRuns(log);
                    TimeUnit.MILLISECONDS.sleep(random.nextLong(1500));
                    List<ProcessHandle> executors = cluster.executors();
                    if (!executors.isEmpty()) {
                        TestCluster.kill(executors.get(random.nextInt(executors.size())));
                        killed.incrementAndGet();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.start();
        return thread;
    }

    /** Until steps of two runs were noted in one second. */
    private static void awaitTwoRuns(Path log) throws IOException, InterruptedException {
        long runs = 0;
        while (runs < 2) {
            long from = Files.exists(log) ? Files.size(log) : 0;
            TimeUnit.SECONDS.sleep(1);
            if (Files.exists(log)) {
                try (InputStream in = Files.newInputStream(log)) {
                    in.skipNBytes(from);
                    runs = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.split(" ", -1)[0])
                            .filter(run -> run.length() == RUN_ID)
                            .distinct()
                            .count();
                }
            }
        }
    }

    /** For each attempt that followed another on the same run: seconds from its first step, as first taken, to the kill. */
    private static List<Repeated> repeated(Path log) throws IOException {
        List<Repeated> repeated = new ArrayList<>();
        Map<String, NavigableMap<Long, Long>> taken = new HashMap<>(); // by run: when each step of its model was taken
        Map<String, Long> begun = new HashMap<>(); // by run: where its attempt went on from
        for (String line : Files.readAllLines(log)) {
            String[] words = line.split(" ", -1);
            if (words.length != 4) {
                continue; // cut off by a kill
            }
            String run = words[0];
            long begin = Long.parseLong(words[1]);
            long step = Long.parseLong(words[2]);
            NavigableMap<Long, Long> times = taken.computeIfAbsent(run, key -> new TreeMap<>());
            Long before = begun.put(run, begin);
            if (before != null && (before != begin || step <= times.lastKey())) { // another attempt
                NavigableMap<Long, Long> again = times.tailMap(begin, false);
                repeated.add(
                        again.isEmpty() ? new Repeated(0, 0) : Repeated.of(again, again.firstKey(), again.lastKey()));
                again.clear();
            }
            times.put(step, Long.parseLong(words[3]));
        }
        return repeated;
    }

    @Test
    void trialOfSeveralExecutorsGoesOnFromARoundBeforeTheKill() throws Exception {
        Trial trial = Trials.in(Trials.of(CORPUS, 32, 4000, 0.005), new TrainingMode.Federated(2, 1, 1000, null, null));
        ResultStore store = new ResultStore(folder.resolve("out").toString());
        Path second = folder.resolve("out/claims").resolve(trial.runId() + ".2"); // there since a round was lost
        Thread killer = new Thread(() -> {
            try {
                Set<String> last = Set.of();
                while (!Files.exists(second)) { // a kill between two rounds costs none
                    Set<String> kept = Set.copyOf(store.checkpoints().names(trial.runId()));
                    if (!kept.equals(last)) {
                        TimeUnit.MILLISECONDS.sleep(200); // until the next round is under way
                        // All of them: one alone may be starting, or done with its part.
                        cluster.executors().forEach(TestCluster::kill);
                        last = kept;
                    }
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        killer.start();
        SweepJob job = job(store, Supervision.DEFAULT);
        List<TrialEnd> ends = run(
                store,
                List.of(trial),
                new ModelTrainer(job),
                new Supervision(1, 60, 10, 0, null, Supervision.DEFAULT.caps(), null));
        killer.interrupt();
        killer.join();
        assertThat(ends).singleElement().matches(TrialEnd::completed);
        Run run = store.run(trial.runId());
        assertThat(run.training().attempts()).isGreaterThan(1);
        assertThat(run.training().resumes()).isPositive();
        assertThat(store.checkpoints().names("")).isEmpty();
        try (JavaSparkContext spark = SparkContexts.open("local[2]", "straight")) {
            RoundTraining straight = new RoundTraining(trial, Checkpoints.NONE, Progress.NONE);
            assertThat(run.loss())
                    .isEqualTo(new SharedTrials(Trials.SOURCE, "test", CostRates.NONE)
                            .train(spark, straight)
                            .run()
                            .loss());
        }
    }

    @Test
    void hostileTrialsCostThemselvesAlone() {
        List<Trial> trials = SurfaceTrainer.trials(40);
        ResultStore store = new ResultStore(folder.resolve("out").toString());
        double heartbeat = 2;
        List<TrialEnd> ends = run(
                store,
                trials,
                new HostileTrainer(3, 11, 19, 27, 35),
                new Supervision(1, heartbeat, LOSSES, 0, null, Supervision.DEFAULT.caps(), null));
        assertThat(ends).hasSize(40);
        Map<Long, TrialEnd> bad = new HashMap<>();
        for (TrialEnd end : ends) {
            if (!end.completed()) {
                trials.stream()
                        .filter(trial -> trial.runId().equals(end.runId()))
                        .forEach(trial -> bad.put(trial.recipe().initSeed(), end));
            }
        }
        assertThat(bad).containsOnlyKeys(3L, 11L, 19L, 27L, 35L);
        assertThat(bad.get(3L).failure()).contains("thrown by trial 3");
        assertThat(bad.get(11L).failure())
                .startsWith("its executor was lost " + LOSSES + " times under it")
                .contains("134");
        assertThat(bad.get(19L).failure()).containsPattern("(?i)memory|exited with code 52");
        assertThat(bad.get(27L).failure()).startsWith("hung: no step for 3.0 s");
        assertThat(bad.get(35L).failure())
                .startsWith("its executor was lost " + LOSSES + " times under it")
                .contains("71");
        assertThat(store.read().runs()).hasSize(35);
        assertThat(bad.values().stream().map(TrialEnd::outcome)).containsOnly(Run.LOST);
    }
}
