package io.isoloss.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.train.BadDeviceException;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.Progress;
import io.isoloss.jobs.train.Trainer;
import io.isoloss.jobs.train.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GPU that fails costs no trial, and gets none after. */
class BadGpuTest {
    @TempDir
    private static Path clusterFolder;

    private static TestCluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(clusterFolder, TestCluster.Plan.of(1, 6).withGpus("0", "1", "2"));
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    /** Fails on the GPU at address 1, noting each try. */
    private record FailingOnOne(String log) implements TrunkTrainer {
        @Override
        public Usage train(Attempt attempt, Progress progress, Trainer.Ended ended) throws IOException {
            String gpu = attempt.gpus().get(0);
            Files.createTempFile(Path.of(log), "gpu" + gpu + "-", "");
            if (gpu.equals("1")) {
                throw new BadDeviceException(new Device.Cpu("GPU 1", List.of()), "uncorrectable ECC error", null);
            }
            return new SurfaceTrainer().train(attempt, progress, ended);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void trialsOfAFailedGpuTrainElsewhereAndItIsLeftAlone(int sharing) throws IOException {
        List<Trial> trials = SurfaceTrainer.trials(60);
        ResultStore store = Jobs.store(folder.resolve("out"));
        Path log = Files.createDirectory(folder.resolve("log"));
        Map<String, String> threeGpus = Map.of(
                "spark.executor.resource.gpu.amount", "3", "spark.task.resource.gpu.amount", GpuShare.share(sharing));
        List<TrialEnd> ends = cluster.drive(
                threeGpus, () -> Jobs.run(cluster.url(), Jobs.of(store), trials, new FailingOnOne(log.toString())));
        assertThat(ends).hasSize(60).allMatch(TrialEnd::completed);
        assertThat(store.read().runs()).hasSize(60);
        try (var tries = Files.list(log)) {
            assertThat(tries.filter(file -> file.getFileName().toString().startsWith("gpu1-")))
                    .as("trials that met the bad GPU")
                    .hasSizeBetween(1, sharing);
        }
    }
}
