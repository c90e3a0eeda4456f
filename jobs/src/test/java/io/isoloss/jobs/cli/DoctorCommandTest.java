package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    Path folder;

    @Test
    void findsThisMachineFitAndLeavesNothingBehind() throws IOException {
        Path out = folder.resolve("a/b");
        Terminal doctor = Terminal.run("doctor", "--json", "--out", out);
        JsonNode answer = new JsonMapper().readTree(doctor.out());
        assertThat(answer.get("problems").asInt()).as(doctor.out()).isZero();
        assertThat(doctor.code()).isZero();
        List<String> names = new ArrayList<>();
        for (JsonNode check : answer.get("checks")) {
            names.add(check.get("name").asText());
            assertThat(check.get("status").asText()).isIn("ok", "warning");
            assertThat(check.get("remedy").isNull())
                    .isEqualTo(check.get("status").asText().equals("ok"));
        }
        assertThat(names)
                .contains(
                        "java",
                        "backend",
                        "ceiling",
                        "cores",
                        "memory",
                        "threads",
                        "core type",
                        "gpu",
                        "energy",
                        "output")
                .doesNotContain("master");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void endsWithOneWhereSomethingIsAProblem() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Terminal doctor = Terminal.run("doctor", "--out", file.resolve("runs"));
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out())
                .containsPattern("output +problem +'" + file + "/runs' can't be written: ")
                .contains("to do: give a folder that you may write to with --out, or make its file system reachable")
                .containsPattern("\n1 problem, [0-9]+ warnings?\n");
    }

    @Test
    void namesAFileSystemThatNobodyKnows() {
        Terminal doctor = Terminal.run("doctor", "--out", "nosuch://host/runs");
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out()).contains("'nosuch://host/runs' can't be written: UnsupportedFileSystemException: ");
    }

    @Test
    void triesAJobOnTheMaster() {
        Terminal doctor = Terminal.run("doctor", "--out", folder, "--master", "local[2]");
        assertThat(doctor.code()).isZero();
        assertThat(doctor.out()).containsPattern("master +ok +local\\[2] runs jobs, on executors driver\n");
    }
}
