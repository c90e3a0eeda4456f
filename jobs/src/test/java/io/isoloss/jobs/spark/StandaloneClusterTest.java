package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A master, two workers with one GPU each and their executors, as processes of this machine. */
class StandaloneClusterTest {
    @TempDir
    private static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(folder, TestCluster.Plan.of(2, 1).withGpus("3"));
    }

    @AfterAll
    static void end() {
        cluster.close();
        assertThat(cluster.workers()).isEmpty();
        assertThat(cluster.master().isAlive()).isFalse();
    }

    @Test
    void doctorFindsBothExecutors() {
        Map<String, String> bothFirst = Map.of("spark.scheduler.minRegisteredResourcesRatio", "1");
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

    /** By executor. */
    private static Map<String, List<String>> gpusOfTasks(JavaSparkContext spark) {
        return spark.parallelize(IntStream.range(0, 8).boxed().toList(), 8)
                .mapToPair(task -> new Tuple2<>(SparkEnv.get().executorId(), TaskGpus.addresses()))
                .reduceByKey((one, other) -> one)
                .collectAsMap();
    }
}
