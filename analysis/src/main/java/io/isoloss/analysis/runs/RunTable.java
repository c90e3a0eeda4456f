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
            return some(source.toString(), failures -> folder(source, reading, failures));
        }
        if (!Files.exists(source)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read runs from " + source + ": no such file; give a directory of Parquet files, or a"
                            + " .parquet, .csv or .jsonl file.");
        }
        String name = source.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return parquetRuns(
                    source.toString(),
                    ParquetTable.readColumns(source.toString(), new LocalInputFile(source)),
                    reading);
        }
        if (name.endsWith(".csv")) {
            return textRuns(source.toString(), TextRows.csv(source), reading);
        }
        if (name.endsWith(".jsonl")) {
            return textRuns(source.toString(), TextRows.jsonLines(source), reading);
        }
        throw new IsolossException(
                Kind.BAD_INPUT,
                "Cannot read runs from " + source + ": want a directory, .parquet, .csv or .jsonl; convert the file.");
    }

    /**
     * As {@link #read(Path, Reading)}, of a sweep's folder wherever it is.
     *
     * @param source what messages call it
     */
    public static RunTable read(StoredFiles files, String source, Reading reading) {
        return some(source, failures -> read(files, Listing::of, reading, failures));
    }

    /** Reads a folder. */
    @FunctionalInterface
    private interface FolderReader {
        /** @param failures takes what is wrong with files that can't be read */
        RunTable read(List<IsolossException> failures) throws IOException;
    }

    /** What a folder holds, which must be something. */
    private static RunTable some(String source, FolderReader folder) {
        List<IsolossException> failures = new ArrayList<>();
        RunTable table;
        try {
            table = folder.read(failures);
        } catch (IOException e) {
            throw new IsolossException(Kind.FAILED, "Cannot list " + source + ": " + e.getMessage(), e);
        }
        if (table.runs.isEmpty() && !failures.isEmpty()) {
            throw failures.get(0);
        }
        if (table.runs.isEmpty() && table.problems.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read runs from " + source + ": it holds no .parquet file; give a sweep's directory.");
        }
        return table;
    }

    /**
     * The runs of a results folder, none if it is new. A file that can't be read is left out and reported; a run id that an
     * earlier file holds is reported and not counted twice.
     */
    public static RunTable read(StoredFiles files) throws IOException {
        return read(files, Listing::of, Reading.DEFAULT, new ArrayList<>());
    }

    /**
     * The runs in the loose files of a listing.
     *
     * @param failed takes the names that can't be read
     */
    public static RunTable loose(StoredFiles files, Listing listing, List<String> failed) {
        return new Gathering(files, listing, Reading.DEFAULT, new ArrayList<>(), failed).loose();
    }

    /** Of a sweep's folder, its folder of runs, or any folder of Parquet files. */
    private static RunTable folder(Path source, Reading reading, List<IsolossException> failures) throws IOException {
        if (Files.isDirectory(source.resolve(Listing.RUNS))) {
            return read(StoredFiles.local(source), Listing::of, reading, failures);
        }
        Path above = source.resolveSibling("");
        boolean compacted = source.endsWith(Listing.RUNS)
                && StoredFiles.local(above).names("").stream().anyMatch(name -> Manifest.number(name) > 0);
        return compacted
                ? read(StoredFiles.local(above), Listing::of, reading, failures)
                : read(StoredFiles.local(source), Listing::plain, reading, failures);
    }

    private static RunTable read(
            StoredFiles files, Listing.Lister lister, Reading reading, List<IsolossException> failures)
            throws IOException {
        return Listing.read(files, lister, (listing, failed) -> {
            failures.clear();
            return new Gathering(files, listing, reading, failures, failed).table();
        });
    }

    /** One reading of the files of a listing. */
    private record Gathering(
            StoredFiles files,
            Listing listing,
            Reading reading,
            List<IsolossException> failures,
            List<String> failed,
            Map<String, Run> runs,
            List<Problem> problems) {
        Gathering(
                StoredFiles files,
                Listing listing,
                Reading reading,
                List<IsolossException> failures,
                List<String> failed) {
            this(files, listing, reading, failures, failed, new LinkedHashMap<>(), new ArrayList<>(listing.problems()));
        }

        RunTable loose() {
            listing.runs().parallelStream()
                    .map(name -> read(name, null, Listing.compaction(name) > 0))
                    .toList()
                    .forEach(this::add);
            return new RunTable(List.copyOf(runs.values()), problems);
        }

        RunTable table() {
            loose();
            listing.parts().parallelStream()
                    .map(part -> read(part.runs().name(), part.runs().sha256(), true))
                    .toList()
                    .forEach(this::add);
            return new RunTable(List.copyOf(runs.values()), problems);
        }

        private FileRuns read(String name, String sha256, boolean compacted) {
            String address = files.address(listing.runsFolder(), name);
            try {
                RunTable table = parquetRuns(
                        address, ParquetTable.readColumns(files, listing.runsFolder(), name, sha256), reading);
                return new FileRuns(name, address, compacted, table, null);
            } catch (IsolossException e) {
                return new FileRuns(name, address, compacted, null, e);
            }
        }

        /** Adds what no earlier file holds; of a compacted file, repeats are what was trained again since. */
        private void add(FileRuns file) {
            if (file.failure() != null) {
                failed.add(file.name());
                failures.add(file.failure());
                problems.add(new Problem(file.address(), file.failure().getMessage(), true));
                return;
            }
            problems.addAll(file.table().problems);
            for (Run run : file.table().runs) {
                if (runs.putIfAbsent(run.id(), run) != null && !file.compacted()) {
                    problems.add(new Problem(
                            file.address(),
                            "Run " + run.id() + " stands in an earlier file too; counted once.",
                            false));
                }
            }
        }
    }

    /** What one file holds, or why it can't be read. */
    private record FileRuns(String name, String address, boolean compacted, RunTable table, IsolossException failure) {}

    private static RunTable parquetRuns(String name, List<Map<String, Object>> columnRows, Reading reading) {
        List<SourceRow> rows = new ArrayList<>();
        for (Map<String, Object> values : columnRows) {
            rows.add(new SourceRow("row " + (rows.size() + 1), values));
        }
        return rows.isEmpty()
                ? new RunTable(List.of(), List.of())
                : table(name, columnRows.get(0).keySet(), rows, reading); // each row has every column
    }

    private static RunTable textRuns(String source, List<SourceRow> rows, Reading reading) {
        return rows.isEmpty()
                ? new RunTable(List.of(), List.of())
                : table(source, SourceRow.headers(rows), rows, reading);
    }

    private static RunTable table(String source, Set<String> headers, List<SourceRow> sourceRows, Reading reading) {
        List<Run> asWritten = ColumnMap.ours(headers) && reading.takesAsWritten() ? asWritten(sourceRows) : List.of();
        if (!asWritten.isEmpty()) {
            return new RunTable(asWritten, List.of());
        }
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

    /** The rows of a table of ours as they are; none if one lacks what must be derived or told of. */
    private static List<Run> asWritten(List<SourceRow> sourceRows) {
        List<Run> runs = new ArrayList<>(sourceRows.size());
        for (SourceRow row : sourceRows) {
            Run run;
            try {
                run = ParquetTable.RUNS.columns().assemble(row.values()::get);
            } catch (IllegalArgumentException e) {
                return List.of();
            }
            if (run.params() == null || run.tokens() == null || (run.completed() && run.loss() == null)) {
                return List.of();
            }
            runs.add(run);
        }
        return runs;
    }
}
