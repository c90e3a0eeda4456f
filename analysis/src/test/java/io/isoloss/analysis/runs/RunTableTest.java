package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunTableTest {
    @TempDir
    Path directory;

    @Test
    void namesADamagedFileAndReadsTheRest() throws IOException {
        Path runs = directory.resolve("runs");
        ParquetTable.RUNS.write(runs.resolve("a.parquet"), List.of(Samples.full()));
        ParquetTable.RUNS.write(runs.resolve("b.parquet"), List.of(Samples.sparse()));
        byte[] whole = Files.readAllBytes(runs.resolve("b.parquet"));
        Files.write(runs.resolve("c.parquet"), Arrays.copyOf(whole, whole.length / 2));
        Files.write(runs.resolve(".d.parquet"), new byte[] {1});

        RunTable table = RunTable.read(directory);

        assertThat(table.runs()).containsExactly(Samples.full(), Samples.sparse());
        assertThat(table.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.source()).endsWith("c.parquet");
            assertThat(problem.message()).contains("damaged");
        });
    }

    @Test
    void countsARunThatStandsInTwoFilesOnce() throws IOException {
        ParquetTable.RUNS.write(directory.resolve("a.parquet"), List.of(Samples.sparse()));
        ParquetTable.RUNS.write(directory.resolve("b.parquet"), List.of(Samples.sparse()));
        RunTable table = RunTable.read(directory);
        assertThat(table.runs()).hasSize(1);
        assertThat(table.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("counted once"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "N,D,loss|1e6,2e7,2.5",
                "Model Size,Training FLOP,loss|1e6,1.2e14,2.5",
                "params,budget,loss|1e6,1.2e14,2.5"
            })
    void understandsTheUsualHeadersAndDerivesTokens(String header, String row) throws IOException {
        Run run = RunTable.read(csv(header, row)).runs().get(0);
        assertThat(run.params()).isEqualTo(1e6);
        assertThat(run.tokens()).isEqualTo(2e7);
        assertThat(run.flops()).isEqualTo(1.2e14);
        assertThat(run.loss()).isEqualTo(2.5);
        assertThat(run.completed()).isTrue();
    }

    @Test
    void readsJsonLinesWithMappedColumns() throws IOException {
        Path file = Files.writeString(
                directory.resolve("r.jsonl"), "{\"active\":1e6,\"tokens\":2e7,\"final_loss\":2.5,\"other\":[1]}\n\n");
        Run run = RunTable.read(file, Map.of("params", "active")).runs().get(0);
        assertThat(run.params()).isEqualTo(1e6);
        assertThat(run.id()).isEqualTo("r.jsonl line 1");
    }

    @Test
    void tellsRowsOfOneNameApart() throws IOException {
        RunTable table = RunTable.read(csv("name,N,D,loss", "a,1e6,2e7,3", "a,1e6,4e7,3"));
        assertThat(table.runs().stream().map(Run::id)).containsExactly("a", "a line 3");
    }

    @Test
    void namesTheMissingColumnAndTheNearestHeader() throws IOException {
        Path file = csv("N,D,losses", "1,2,3");
        assertThatThrownBy(() -> RunTable.read(file))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessageContaining("no loss among the headers N, D, losses")
                .hasMessageContaining("nearest is 'losses'");
    }

    @Test
    void namesEachBadLine() throws IOException {
        Path file = csv("N,D,loss", "1,2,3", "", "1,2,abc", "1,2,-1", "1,2,NaN", "1,2,", "1,0,2");
        assertThatThrownBy(() -> RunTable.read(file))
                .isInstanceOf(IsolossException.class)
                .hasMessageContaining("line 4: loss is 'abc', not a number")
                .hasMessageContaining("line 5: Invalid loss_nats_per_token (want finite and positive, or null): -1.0")
                .hasMessageContaining("line 6: Invalid loss_nats_per_token (want finite and positive, or null): NaN")
                .hasMessageContaining("line 7: no loss of a completed run")
                .hasMessageContaining("line 8: Invalid tokens");
    }

    @Test
    void refusesAnEmptyDirectory() {
        assertThatThrownBy(() -> RunTable.read(directory)).hasMessageContaining("holds no .parquet file");
    }

    private Path csv(String... lines) throws IOException {
        return Files.write(directory.resolve("runs.csv"), Arrays.asList(lines));
    }
}
