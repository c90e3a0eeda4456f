package io.isoloss.analysis.frontier;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Published tables that are not runs; they lie beside the repository and not in it. */
final class PublishedTable {
    private PublishedTable() {}

    static Path path(String table) {
        Path file = Path.of(System.getProperty("isoloss.home", ".."), "..", "shared", "data")
                .resolve(table)
                .normalize();
        assumeTrue(Files.exists(file), () -> "Published data are absent: " + file);
        return file;
    }

    /** Rows of a CSV file, by header. */
    static List<Map<String, String>> rows(String table) {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
                .build();
        try (MappingIterator<Map<String, String>> rows = mapper.readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(path(table).toFile())) {
            return rows.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows of a file of JSON lines. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> jsonRows(String table) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            return Files.readAllLines(path(table)).stream()
                    .map(line -> {
                        try {
                            return (Map<String, Object>) mapper.readValue(line, Map.class);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
