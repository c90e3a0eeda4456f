package io.isoloss.analysis.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows of CSV with a header line (RFC 4180, UTF-8) and of JSON lines. */
final class TextRows {
    private TextRows() {}

    static List<SourceRow> csv(Path file) {
        List<SourceRow> rows = new ArrayList<>();
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.TRIM_SPACES)
                .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build();
        try (MappingIterator<Map<String, Object>> lines = mapper.readerForMapOf(Object.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(file.toFile())) {
            while (lines.hasNextValue()) {
                int line = lines.getParser().currentLocation().getLineNr();
                rows.add(new SourceRow("line " + line, lines.nextValue()));
            }
        } catch (JsonProcessingException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read " + file + " as CSV: " + e.getOriginalMessage() + " at line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ".",
                    e);
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot read " + file + ": " + e.getMessage(), e);
        }
        return rows;
    }

    static List<SourceRow> jsonLines(Path file) {
        List<SourceRow> rows = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    Map<String, Object> values = mapper.readValue(line, new TypeReference<>() {});
                    if (values == null) {
                        throw new IsolossException(
                                Kind.BAD_INPUT,
                                "Cannot read line " + number + " of " + file + " as a JSON object: it is null; remove"
                                        + " the line.");
                    }
                    rows.add(new SourceRow("line " + number, values));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read line " + number + " of " + file + " as a JSON object: " + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot read " + file + ": " + e.getMessage(), e);
        }
        return rows;
    }
}
