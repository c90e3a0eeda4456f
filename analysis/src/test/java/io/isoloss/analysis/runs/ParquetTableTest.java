package io.isoloss.analysis.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetTableTest {
    @TempDir
    Path directory;

    static Stream<ParquetTable<?>> tables() {
        return Stream.of(ParquetTable.RUNS, ParquetTable.CURVES);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void schemaNamesEachColumnWithTypeAndUnit(ParquetTable<?> table) {
        assertThat(table.schema().getFields().stream().map(Schema.Field::name))
                .containsExactlyElementsOf(table.columns().types().keySet());
        for (Schema.Field field : table.schema().getFields()) {
            String type = table.columns().types().get(field.name()).getSimpleName();
            String avro = type.equals("Integer") ? "INT" : type.toUpperCase(java.util.Locale.ROOT);
            boolean required = field.name().equals("run_id") || field.name().equals("outcome");
            assertThat(
                            required
                                    ? field.schema().getType().name()
                                    : field.schema().getTypes().get(1).getType().name())
                    .as(field.name())
                    .isEqualTo(avro);
            assertThat(field.doc()).as(field.name()).isNotBlank();
        }
        assertThat(table.schema().getProp("schemaVersion")).isEqualTo(table == ParquetTable.RUNS ? "4" : "2");
    }

    @Test
    void columnNamesSplitWordsAndKeepUnitsWhole() {
        assertThat(Stream.of("flops6nd", "co2Grams", "f1", "latencyMsP50", "runId")
                        .map(RecordColumns::columnName))
                .containsExactly("flops_6nd", "co2_grams", "f1", "latency_ms_p50", "run_id");
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        Path file = directory.resolve("a.parquet");
        ParquetTable.RUNS.write(file, List.of(Samples.full(), Samples.sparse()));
        assertThat(ParquetTable.RUNS.read(file)).containsExactly(Samples.full(), Samples.sparse());
        assertThat(directory.toFile().list()).containsExactly("a.parquet");
    }

    @Test
    void readsBackCurves() throws IOException {
        Path file = directory.resolve("curve.parquet");
        CurvePoint point = new CurvePoint("a", 10L, 640.0, 2.5, null, 1e-3, null, 0.5);
        ParquetTable.CURVES.write(file, List.of(point));
        assertThat(ParquetTable.CURVES.read(file)).containsExactly(point);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void readsTheGoldenFileOfEveryVersion(int version) throws IOException, URISyntaxException {
        Schema schema = version == 4
                ? ParquetTable.RUNS.schema()
                : new Schema.Parser().parse(ParquetTableTest.class.getResourceAsStream("runs-v" + version + ".avsc"));
        Path golden = golden("runs-v" + version + ".parquet");
        assertThat(ParquetTable.RUNS.read(golden)).containsExactly(Samples.full(schema), Samples.sparse());
        assertThat(RunTable.read(golden).runs()).containsExactly(Samples.full(schema), Samples.sparse());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsTheGoldenCurvesOfEveryVersion(int version) throws URISyntaxException {
        assertThat(ParquetTable.CURVES.read(golden("curves-v" + version + ".parquet")))
                .containsExactly(
                        new CurvePoint("a", 10L, 640.0, 2.5, null, 1e-3, null, 0.5),
                        new CurvePoint("a", 20L, 1280.0, 2.25, 2.375, 5e-4, 0.75, 1.0));
    }

    private static Path golden(String name) throws URISyntaxException {
        return Path.of(ParquetTableTest.class.getResource(name).toURI());
    }

    @Test
    void refusesAFlippedBitNamingTheFile() throws IOException {
        Path file = directory.resolve("flipped.parquet");
        ParquetTable.RUNS.write(file, List.of(Samples.full()));
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("recipe");
        bytes[at] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> ParquetTable.RUNS.read(file))
                .isInstanceOf(IsolossException.class)
                .hasMessageContaining("flipped.parquet")
                .hasMessageContaining("its SHA-256 is not the isoloss.sha256 that it states");
    }
}
