package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.Hdfs;
import io.isoloss.jobs.store.ResultStore;
import io.isoloss.jobs.store.SyntheticResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sweep's folder on HDFS answers as the same folder here. */
@ExtendWith(Hdfs.class)
class HdfsRunsTest {
    private static final int RUNS = 60;

    @TempDir
    private static Path folder;

    private static String here;
    private static String there;

    @BeforeAll
    static void write() throws IOException {
        here = folder.resolve("runs").toString();
        there = Hdfs.address("/" + UUID.randomUUID());
        write(here);
        write(there);
    }

    private static void write(String root) throws IOException {
        SyntheticResults.write(root, RUNS, 20, 300); // three parts
        new ResultStore(root).write("loose", List.of(Run.of("loose", 1e6, 2e7, 1.2e14, 5.0)));
    }

    private static Terminal answer(String root, String command) {
        List<Object> words = new ArrayList<>(Arrays.asList((Object[]) command.split(" ", -1)));
        words.add(1, root);
        return Terminal.run(words.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit --bootstrap 0", "frontier --json", "asymptote", "audit --model a,1e7,1e9", "status"})
    void commandsAnswerAlike(String command) {
        Terminal local = answer(here, command);
        Terminal remote = answer(there, command);
        assertThat(local.out() + local.err()).isNotEmpty();
        assertThat(remote.out().replace(there, here)).isEqualTo(local.out());
        assertThat(remote.err().replace(there, here)).isEqualTo(local.err());
        assertThat(remote.code()).isEqualTo(local.code());
    }

    @Test
    void queriesAnswerAlike() {
        String sql = "SELECT count(*), round(sum(loss_nats_per_token), 9), (SELECT count(*) FROM curves) FROM runs";
        Terminal local = Terminal.run("query", here, sql, "--csv");
        assertThat(local.out()).contains("\n" + (RUNS + 1) + ",");
        assertThat(Terminal.run("query", there, sql, "--csv").out()).isEqualTo(local.out());
        assertThat(Terminal.run("query", there, sql, "--csv", "--master", "local[1]")
                        .out()
                        .lines()
                        .skip(1))
                .isEqualTo(local.out().lines().skip(1).toList());
    }

    @Test
    void damagedFileIsNamedWhereItLies() throws IOException {
        String root = there + "-damaged";
        write(root);
        org.apache.hadoop.fs.Path part = Arrays.stream(
                        Hdfs.fileSystem().listStatus(new org.apache.hadoop.fs.Path(root, "runs")))
                .map(FileStatus::getPath)
                .filter(path -> path.getName().startsWith("compacted"))
                .findFirst()
                .orElseThrow();
        try (FSDataOutputStream out = Hdfs.fileSystem().create(part, true)) {
            out.write(1);
        }
        Terminal query = Terminal.run("query", root, "SELECT count(*) FROM runs", "--csv");
        assertThat(query.err()).startsWith("warning: ").contains(part.toString());
        assertThat(query.out().lines().toList().get(1)).isEqualTo(String.valueOf(RUNS + 1 - 20));
        assertThat(answer(root, "fit --bootstrap 0").err()).contains(part.toString());
    }

    @Test
    void whatCannotBeReadIsSaidInAWord() {
        assertThat(Terminal.run("fit", there + "/none").err())
                .isEqualTo("Cannot read runs from " + there
                        + "/none: it holds no .parquet file; give a sweep's directory.\n");
        assertThat(Terminal.run("fit", there + "/table.csv").err())
                .isEqualTo("Cannot read " + there + "/table.csv: where a URI leads, only the folder of a sweep can be"
                        + " read; copy it to a local file and give that\n");
        Terminal nowhere = Terminal.run("fit", "hdfs://no-such-host.invalid:1/x");
        assertThat(nowhere.code()).isEqualTo(1);
        assertThat(nowhere.err())
                .startsWith("Cannot list hdfs://no-such-host.invalid:1/x: ")
                .hasLineCount(1);
        assertThat(Terminal.run("status", "s3a://bucket/x").err())
                .contains("this build has no client of s3a:// on its class path; for S3 build it with")
                .hasLineCount(1);
    }
}
