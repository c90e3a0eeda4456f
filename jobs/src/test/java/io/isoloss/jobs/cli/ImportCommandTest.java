package io.isoloss.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    private static final Chinchilla LAW = new Chinchilla(1.7, 400, 410, 0.34, 0.28);

    @TempDir
    Path folder;

    @Test
    void everyCommandReadsImportedRunsAsItReadsTheTable() throws IOException {
        Path csv = csv("runs.csv", 0, 16);
        Path out = folder.resolve("out");
        Terminal imported = Terminal.run("import", csv, "--out", out);
        assertThat(imported.code()).isZero();
        assertThat(imported.out()).startsWith("16 runs imported into " + out + ", 0 of 16 were there already");
        assertThat(files(out)).hasSize(1).allMatch(file -> file.matches("[0-9a-f]{64}\\.parquet"));
        for (String command : List.of("fit", "frontier", "audit", "report")) {
            Path page = folder.resolve("report.html");
            Terminal answer = command.equals("report")
                    ? Terminal.run(command, out, "--bootstrap", 0, "--out", page)
                    : Terminal.run(command, out, "--bootstrap", 0);
            assertThat(answer.code()).as(command).isZero();
        }
        assertThat(RunTable.read(out).runs())
                .extracting(Run::label)
                .containsExactlyInAnyOrderElementsOf(
                        RunTable.read(csv).runs().stream().map(Run::id).toList());
    }

    @Test
    void importedAgainChangesNothing() throws IOException {
        Path out = folder.resolve("out");
        Terminal.run("import", csv("runs.csv", 0, 16), "--out", out);
        List<String> before = files(out);
        Terminal again = Terminal.run("import", csv("copy.csv", 0, 16), "--out", out);
        assertThat(again.out()).startsWith("0 runs imported into " + out + ", 16 of 16 were there already");
        assertThat(files(out)).isEqualTo(before);
    }

    @Test
    void writesOnlyTheRunsThatTheFolderLacks() throws IOException {
        Path out = folder.resolve("out");
        Terminal.run("import", csv("runs.csv", 0, 10), "--out", out);
        Terminal more = Terminal.run("import", csv("more.csv", 4, 16), "--out", out, "--json");
        JsonNode answer = new ObjectMapper().readTree(more.out());
        assertThat(answer.get("read").asInt()).isEqualTo(12);
        assertThat(answer.get("imported").asInt()).isEqualTo(6);
        assertThat(answer.get("present").asInt()).isEqualTo(6);
        assertThat(out.resolve(answer.get("file").asText())).exists();
        RunTable table = RunTable.read(out);
        assertThat(table.runs()).hasSize(16);
        assertThat(table.problems()).isEmpty();
    }

    @Test
    void refusesATableWithoutRows() throws IOException {
        Path csv = Files.writeString(folder.resolve("runs.csv"), "params,tokens,loss\n");
        Terminal refused = Terminal.run("import", csv, "--out", folder.resolve("out"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .startsWith("Cannot import from " + csv + ": it holds no runs; give a table with rows.");
    }

    private static List<String> files(Path out) throws IOException {
        try (Stream<Path> files = Files.list(out.resolve("runs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path csv(String name, int from, int to) throws IOException {
        List<String> lines = new ArrayList<>(List.of("name,params,tokens,loss"));
        for (int i = from; i < to; i++) {
            double params = 1e6 * Math.pow(4, i % 4);
            double tokens = 2e7 * Math.pow(5, Math.floorDiv(i, 4));
            lines.add("run-" + i + "," + params + "," + tokens + "," + LAW.loss(params, tokens));
        }
        return Files.write(folder.resolve(name), lines);
    }
}
