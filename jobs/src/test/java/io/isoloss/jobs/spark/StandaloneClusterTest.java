package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.Conv1dShape;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Caps;
import io.isoloss.jobs.sweep.Cosine;
import io.isoloss.jobs.sweep.Recipe;
import io.isoloss.jobs.sweep.Supervision;
import io.isoloss.jobs.sweep.TrainingMode;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import io.isoloss.jobs.train.Trials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

/** A master, two workers with one GPU and two cores each and their executors, as processes of this machine. */
class StandaloneClusterTest {
    @TempDir
    private static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(folder, TestCluster.Plan.of(2, 2).withGpus("3"));
    }

    @AfterAll
    static void end() {
        cluster.close();
        assertThat(cluster.workers()).isEmpty();
        assertThat(cluster.master().isAlive()).isFalse();
    }

    @Test
    void doctorFindsBothExecutors() {
        Map<String, String> bothFirst =
                Map.of("spark.cores.max", "2", "spark.scheduler.minRegisteredResourcesRatio", "1");
        assertThat(cluster.drive(bothFirst, () -> MasterProbe.executors(cluster.url())))
                .containsExactly("0", "1");
    }

    @Test
    void tasksSeeTheAddressesOfTheirGpusAlsoAfterAnExecutorWasKilled() {
        cluster.drive(Map.of(), () -> {
            try (JavaSparkContext spark = SparkContexts.open(cluster.url(), "test")) {
                cluster.awaitExecutors(2);
                assertThat(gpusOfTasks(spark).values()).containsOnly(List.of("3"));
                ProcessHandle executor = cluster.executors().get(0);
                TestCluster.kill(executor);
                assertThat(gpusOfTasks(spark).values()).containsOnly(List.of("3"));
                assertThat(cluster.awaitExecutors(2)).hasSize(2).doesNotContain(executor);
            }
            return null;
        });
    }

    @Test
    void trialTrainsOnBothWorkersAsOnOneDevice() {
        Corpus corpus = Trials.SOURCE.load();
        Recipe recipe = new Recipe(200, 8, 0.01, new Cosine(0.1, 0), 0.9, 0.98, 1e-8, 0.1, 100, 1, 1, 16_384);
        Conv1dShape shape = new Conv1dShape(16, 1, 16, 8, 8, 2, false, Normalisation.NONE, Initialisation.HE);
        TrialSpec spec = new TrialSpec(corpus.identity(), Task.NEXT_TOKEN, shape, recipe)
                .in(new TrainingMode.DataParallel(10, 0, 2, true));
        ResultStore store = Jobs.store(folder.resolve("shared"));
        SweepJob job = Jobs.of(store);
        List<Trial> trials = List.of(new Trial("test", "conv", spec, null));
        List<TrialEnd> ends =
                cluster.drive(Map.of(), () -> Jobs.run(cluster.url(), job, trials, new ModelTrainer(job)));
        assertThat(ends).singleElement().matches(TrialEnd::completed);
        double departure = store.read().runs().get(0).training().modeDeparture();
        System.out.printf("averaged every 10 steps on two workers: %+.4f nats against one device%n", departure);
        // Averaging is not one device, but on an order-1 chain nearly so; dl4j-spark does not repeat bits.
        assertThat(departure).isCloseTo(0, within(0.02));
    }

    @Test
    void trialsShareAGpuWhereTheirMemoryAllows() throws IOException {
        assertThat(mostOnAGpu(31, "2 trials share a GPU: the largest needs less than 0.1 of 31 GiB"))
                .isEqualTo(2);
        assertThat(mostOnAGpu(
                        0.5,
                        "warning: one trial a GPU, and the largest needs less than 0.1 of 0.5 GiB, 1 of them for"
                                + " CUDA: it may have to train in micro-batches"))
                .isEqualTo(1);
    }

    /** Trials that trained at the same time on one GPU, which was told to have so much memory. */
    private static int mostOnAGpu(double gib, String said) throws IOException {
        Path meetings = folder.resolve("meetings-" + gib);
        List<Trial> trials = SurfaceTrainer.trials(8);
        SweepJob job =
                Jobs.of(Jobs.store(folder.resolve("shared-" + gib)), new Supervision(5, 60, 3, 0, 2, Caps.NONE, gib));
        Ends ends = new Ends();
        cluster.drive(
                Map.of("spark.cores.max", "2"),
                () -> SweepJob.run(
                        cluster.url(),
                        List.of(new SweepJob.Part(job, trials, new MeetingTrainer(meetings.toString(), 0.3), ends))));
        assertThat(ends.all()).hasSize(8).allMatch(TrialEnd::completed);
        assertThat(ends.notes()).containsExactly(said);
        return MeetingTrainer.most(meetings);
    }

    /** By executor. */
    private static Map<String, List<String>> gpusOfTasks(JavaSparkContext spark) {
        return spark.parallelize(IntStream.range(0, 8).boxed().toList(), 8)
                .mapToPair(task -> new Tuple2<>(SparkEnv.get().executorId(), TaskGpus.addresses()))
                .reduceByKey((one, other) -> one)
                .collectAsMap();
    }
}
