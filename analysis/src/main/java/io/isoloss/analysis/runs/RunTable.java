package io.isoloss.analysis.runs;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/**
 * Runs, and what had to be left out on the way.
 *
 * @param problems damaged files and repeated runs that are not among {@code runs}
 */
public record RunTable(List<Run> runs, List<Problem> problems) {
    public RunTable {
        runs = List.copyOf(runs);
        problems = List.copyOf(problems);
    }

    /** As {@link #read(Path, Map)}, with the usual header names alone. */
    public static RunTable read(Path source) {
        return read(source, Map.of());
    }

    /** As {@link #read(Path, Reading)}, where some headers are not the usual ones. */
    public static RunTable read(Path source, Map<String, String> overrides) {
        return read(source, Reading.DEFAULT.withColumns(overrides));
    }

    /**
     * Reads a directory of Parquet files (or its folder {@code runs}, where it has one), or one .parquet, .csv or
     * .jsonl file. A damaged file in a directory is left out and reported among the problems, unless all are.
     *
     * <p>A table that Isoloss did not write is refused if its units are mixed or other than single parameters, tokens,
     * FLOPs and nats, if rows repeat others, or if D would follow from a C that may be rounded to one digit.
     *
     * @throws IsolossException if there is nothing to read, a column is missing or a number unreadable
     */
    public static RunTable read(Path source, Reading reading) {
        if (Files.isDirectory(source)) {
            List<IsolossException> failures = new ArrayList<>();
            RunTable table = read(parquetFiles(source), reading, failures);
            if (table.runs.isEmpty() && !failures.isEmpty()) {
                throw failures.get(0);
            }
            return table;
        }
        if (!Files.exists(source)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read runs from " + source + ": no such file; give a directory of Parquet files, or a"
                            + " .parquet, .csv or .jsonl file.");
        }
        String name = source.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return parquetRuns(source.toString(), new LocalInputFile(source), reading);
        }
        if (name.endsWith(".csv")) {
            return table(source.toString(), TextRows.csv(source), reading);
        }
        if (name.endsWith(".jsonl")) {
            return table(source.toString(), TextRows.jsonLines(source), reading);
        }
        throw new IsolossException(
                Kind.BAD_INPUT,
                "Cannot read runs from " + source + ": want a directory, .parquet, .csv or .jsonl; convert the file.");
    }

    /**
     * Reads Parquet files of any file system, by name. A file that cannot be read is left out and reported; a run id
     * that an earlier file holds is reported and not counted twice.
     */
    public static RunTable read(Map<String, InputFile> files, Map<String, String> overrides) {
        return read(files, Reading.DEFAULT.withColumns(overrides), new ArrayList<>());
    }

    private static RunTable read(Map<String, InputFile> files, Reading reading, List<IsolossException> failures) {
        Map<String, Run> runs = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, InputFile> file : files.entrySet()) {
            try {
                RunTable table = parquetRuns(file.getKey(), file.getValue(), reading);
                problems.addAll(table.problems);
                for (Run run : table.runs) {
                    if (runs.putIfAbsent(run.id(), run) != null) {
                        problems.add(new Problem(
                                file.getKey(),
                                "Run " + run.id() + " stands in an earlier file too; counted once.",
                                false));
                    }
                }
            } catch (IsolossException e) {
                failures.add(e);
                problems.add(new Problem(file.getKey(), e.getMessage(), true));
            }
        }
        return new RunTable(List.copyOf(runs.values()), problems);
    }

    private static Map<String, InputFile> parquetFiles(Path directory) {
        Path runs = directory.resolve("runs");
        Path folder = Files.isDirectory(runs) ? runs : directory;
        Map<String, InputFile> files = new LinkedHashMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(path -> path.getFileName().toString().endsWith(".parquet"))
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .forEach(path -> files.put(path.toString(), new LocalInputFile(path)));
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot list " + folder + ": " + e.getMessage(), e);
        }
        if (files.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read runs from " + directory + ": it holds no .parquet file; give a sweep's directory.");
        }
        return files;
    }

    private static RunTable parquetRuns(String name, InputFile file, Reading reading) {
        List<SourceRow> rows = new ArrayList<>();
        for (Map<String, Object> values : ParquetTable.readColumns(name, file)) {
            rows.add(new SourceRow("row " + (rows.size() + 1), values));
        }
        return table(name, rows, reading);
    }

    private static RunTable table(String source, List<SourceRow> sourceRows, Reading reading) {
        if (sourceRows.isEmpty()) {
            return new RunTable(List.of(), List.of());
        }
        Set<String> headers = SourceRow.headers(sourceRows);
        ColumnMap columns = ColumnMap.of(source, headers, reading);
        List<TableRow> rows = columns.rows(sourceRows);
        List<Problem> problems = new ArrayList<>();
        if (!ColumnMap.ours(headers)) {
            Units.check(source, rows);
            rows = Repeats.settle(source, rows, reading.duplicates());
            rows = RoundedFlops.settle(source, rows, columns.header("flops_6nd"), problems);
        }
        return new RunTable(rows.stream().map(TableRow::run).toList(), problems);
    }
}
