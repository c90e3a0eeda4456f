package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedRunsTest {
    @TempDir
    Path directory;

    @Test
    void idsDependOnTheContentAlone() throws IOException {
        Set<String> one = ids(csv("a.csv", "name,N,D,loss", "x,1e8,2e9,3.1", "y,2e8,2e9,3"), "a.csv");
        Set<String> turned = ids(csv("b.csv", "D,loss,N,name", "2e9,3.0,2e8,y", "2e9,3.1,1e8,x"), "b.csv");
        assertThat(one).hasSize(2).isEqualTo(turned).allMatch(id -> id.matches("[0-9a-f]{64}"));
        assertThat(ids(csv("c.csv", "name,N,D,loss", "x,1e8,2e9,3.2"), "c.csv")).doesNotContainAnyElementsOf(one);
    }

    @Test
    void keptCopiesHaveIdsOfTheirOwn() throws IOException {
        List<Run> kept = RunTable.read(
                        csv("a.csv", "N,D,loss", "1e8,2e9,3.1", "1e8,2e9,3.1"),
                        Reading.DEFAULT.withDuplicates(Reading.Duplicates.KEEP))
                .runs();
        assertThat(ImportedRuns.identified(kept, "a.csv")).extracting(Run::id).doesNotHaveDuplicates();
    }

    @Test
    void runsOfIsolossKeepTheirIds() {
        String id = "0".repeat(63) + "a";
        List<Run> runs = List.of(Run.of(id, 1e8, 2e9, null, 3.0));
        assertThat(ImportedRuns.identified(runs, "a.csv")).extracting(Run::id).containsExactly(id);
    }

    @Test
    void importedRunsReadBackFromParquetAsTheyWere() throws IOException {
        List<Run> imported = ImportedRuns.identified(
                RunTable.read(csv("a.csv", "name,budget,N,loss", "x,1e18,1e8,3.1", "y,1e18,2e8,3"))
                        .runs(),
                "a.csv");
        ParquetTable.RUNS.write(directory.resolve(ImportedRuns.fileId(imported) + ".parquet"), imported);
        RunTable back = RunTable.read(directory);
        assertThat(back.runs()).containsExactlyElementsOf(imported);
        assertThat(back.runs()).extracting(Run::label).containsExactly("x", "y");
        assertThat(back.runs())
                .extracting(run -> run.provenance().importedFrom())
                .containsOnly("a.csv");
    }

    private static Set<String> ids(Path file, String name) {
        return ImportedRuns.identified(RunTable.read(file).runs(), name).stream()
                .map(Run::id)
                .collect(Collectors.toSet());
    }

    private Path csv(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }
}
