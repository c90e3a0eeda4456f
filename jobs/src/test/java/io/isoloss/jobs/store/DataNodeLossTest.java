package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.server.namenode.EditLogFileOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HDFS of three data nodes, each file on all; {@code -Disoloss.results=N} sets how many results are written. */
class DataNodeLossTest {
    private static final int RESULTS = Integer.getInteger("isoloss.results", 80);
    private static final int WRITERS = 2;
    private static final int CHECKPOINT_BYTES = 200_000;

    private static MiniDFSCluster hdfs;

    @BeforeAll
    static void start() throws IOException {
        EditLogFileOutputStream.setShouldSkipFsyncForTesting(true); // no test outlives a loss of power
        Configuration configuration = new Configuration();
        configuration.setInt("dfs.replication", 3);
        hdfs = new MiniDFSCluster.Builder(configuration, new File("target/hdfs-three"))
                .numDataNodes(3)
                .build();
        hdfs.waitActive();
    }

    @AfterAll
    static void stop() {
        hdfs.shutdown(true);
    }

    private static TrainedTrial trained(int number) {
        String id = "run-%05d".formatted(number);
        return new TrainedTrial(
                Run.of(id, 1e4 + number, 2e5, 1.2e10, 3 + number * 1e-3),
                List.of(new CurvePoint(id, 1L, 1e5, 4.0, null, 0.01, 0.5, 1.5)),
                MeterReading.NOTHING,
                List.of());
    }

    private static byte[] checkpoint(int number) {
        byte[] bytes = new byte[CHECKPOINT_BYTES];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    @Test
    void losesNoResultWithOneDataNode() throws Exception {
        ResultStore store = new ResultStore(hdfs.getURI() + "/sweep");
        store.prepare();
        CheckpointFiles checkpoints = store.checkpoints();
        Set<Integer> written = ConcurrentHashMap.newKeySet();
        CountDownLatch half = new CountDownLatch(RESULTS / 2);
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> ends = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int first = writer;
            ends.add(writers.submit(() -> {
                for (int number = first; number < RESULTS; number += WRITERS) {
                    byte[] bytes = checkpoint(number);
                    checkpoints.write("c" + number, out -> out.write(bytes));
                    store.write(trained(number));
                    written.add(number);
                    half.countDown();
                }
                return null;
            }));
        }
        half.await();
        int during = written.size();
        hdfs.stopDataNode(1);
        writers.shutdown();
        for (Future<?> end : ends) {
            end.get();
        }
        assertThat(during).as("the node went while results were written").isLessThan(RESULTS);
        assertThat(written).hasSize(RESULTS);
        assertAllThere(store, written);

        FileSystem client = new Path(hdfs.getURI()).getFileSystem(new Configuration());
        client.close(); // the next one is made anew
        assertAllThere(store, written);
        assertThat(hdfs.getDataNodes()).hasSize(2);
    }

    private static void assertAllThere(ResultStore store, Set<Integer> written) throws IOException {
        RunTable table = store.read();
        assertThat(table.problems()).isEmpty();
        assertThat(table.runs())
                .containsExactlyElementsOf(written.stream()
                        .sorted()
                        .map(number -> trained(number).run())
                        .collect(Collectors.toList()));
        for (int number : written) {
            try (InputStream in = store.checkpoints().open("c" + number)) {
                assertThat(in.readAllBytes()).isEqualTo(checkpoint(number));
            }
        }
        assertThat(Folder.at(store.root()).names("curves", "")).hasSize(written.size());
    }
}
