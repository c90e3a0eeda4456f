package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.frontier.Curve;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.CurveTable;
import io.isoloss.analysis.runs.Listing;
import io.isoloss.analysis.runs.Reading;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunGroup;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.StoredFiles;
import io.isoloss.jobs.corpus.TextPath;
import io.isoloss.jobs.store.ResultStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The runs that a command reads. */
final class RunsSource {
    @Parameters(
            index = "0",
            paramLabel = "RUNS",
            description = "A sweep's folder, a folder of Parquet files, or a .parquet, .csv or .jsonl file; a sweep's"
                    + " folder also by the URI of a file system, such as hdfs://...")
    private String runs;

    @Option(
            names = "--map",
            paramLabel = "NAME=COLUMN",
            split = ",",
            description = "Columns with unusual headers, such as params=n_active,loss=final_loss.")
    private Map<String, String> columns = Map.of();

    @Option(
            names = "--scale",
            paramLabel = "NAME=FACTOR",
            split = ",",
            description = "Factors to single parameters, tokens and FLOPs, such as params=1e6,tokens=1e9.")
    private Map<String, Double> scales = Map.of();

    @Option(
            names = "--loss-unit",
            defaultValue = "nats",
            description = "What the losses are in: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private Reading.LossUnit lossUnit;

    @Option(
            names = "--duplicates",
            defaultValue = "refuse",
            description = "What to do with rows that repeat others: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by"
                    + " default.")
    private Reading.Duplicates duplicates;

    @Option(names = "--family", paramLabel = "NAME", description = "Only the runs of this family of models.")
    private String family;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Only the runs of this task, such as next_token; runs that name none are of that one.")
    private String task;

    /** Whether this is a law that {@code fit --save} wrote, rather than runs. */
    boolean isLaw() {
        return runs.endsWith(".json");
    }

    private boolean isFile() {
        return runs.endsWith(".parquet") || runs.endsWith(".csv") || runs.endsWith(".jsonl");
    }

    /** Whether this is a sweep's folder, all of it and as it stands. */
    boolean isPlainSweep() {
        return (isUri() || Files.isDirectory(path().resolve(Listing.RUNS)))
                && family == null
                && task == null
                && reading().equals(Reading.DEFAULT);
    }

    /** A path or a URI. */
    String address() {
        return runs;
    }

    /** Whether the runs lie where a URI says. */
    boolean isUri() {
        return TextPath.isUri(runs);
    }

    /**
     * On a disk that this machine mounts.
     *
     * @throws IsolossException of kind BAD_INPUT where it is not
     */
    Path path() {
        if (isUri()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read " + runs + ": where a URI leads, only the folder of a sweep can be read; copy it to a"
                            + " local file and give that");
        }
        return Path.of(runs);
    }

    /** Of a sweep's folder. */
    StoredFiles files() {
        return new ResultStore(runs).files();
    }

    /** Reads the runs that were chosen, of any number of groups; what had to be left out is told on {@code err}. */
    RunTable read(PrintWriter err) {
        return read(err, Reading.DEFAULT.required());
    }

    /** As {@link #read(PrintWriter)}, of tables with these columns. */
    RunTable read(PrintWriter err, Set<String> required) {
        Reading wanted = reading().withRequired(required);
        RunTable table = isUri() && !isFile() ? RunTable.read(files(), runs, wanted) : RunTable.read(path(), wanted);
        table.problems().forEach(problem -> err.println("warning: " + problem.message()));
        return new RunTable(
                choose(
                        "--task",
                        task,
                        choose(
                                "--family",
                                family,
                                table.runs(),
                                run -> run.identity().family()),
                        RunGroup::taskOf),
                table.problems());
    }

    /** As {@link #read(PrintWriter)}, where the runs may lie on one surface. */
    RunTable readGroup(PrintWriter err) {
        return readGroup(err, Reading.DEFAULT.required());
    }

    /** As {@link #readGroup(PrintWriter)}, of tables with these columns. */
    RunTable readGroup(PrintWriter err, Set<String> required) {
        RunTable table = read(err, required);
        Set<RunGroup> groups = RunGroup.split(table.runs()).keySet();
        if (groups.size() > 1) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot take the runs of " + runs + " as one surface: they are of " + choice(groups));
        }
        return table;
    }

    private static String choice(Set<RunGroup> groups) {
        if (groups.stream().map(RunGroup::task).distinct().count() == 1) {
            return names(groups, RunGroup::family, "families", "--family");
        }
        if (groups.stream().map(RunGroup::family).distinct().count() == 1) {
            return names(groups, RunGroup::task, "tasks", "--task");
        }
        return names(groups, RunGroup::label, "groups", "--family, --task or both");
    }

    private static String names(Set<RunGroup> groups, Function<RunGroup, String> name, String what, String options) {
        return groups.size() + " " + what + ": " + groups.stream().map(name).collect(Collectors.joining("; "))
                + "; choose one with " + options;
    }

    private List<Run> choose(String option, String wanted, List<Run> table, Function<Run, String> column) {
        if (wanted == null) {
            return table;
        }
        List<Run> chosen =
                table.stream().filter(run -> wanted.equals(column.apply(run))).toList();
        if (chosen.isEmpty()) {
            String there = table.stream()
                    .map(column)
                    .filter(Objects::nonNull)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot choose " + option + " " + wanted + " of " + runs + ": "
                            + (there.isEmpty() ? "its runs name none" : "its runs have " + there));
        }
        return chosen;
    }

    private Reading reading() {
        scales.forEach((name, factor) -> {
            if (!(factor > 0 && Double.isFinite(factor))) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot scale " + name + " by " + factor
                                + "; want a finite factor above 0, such as params=1e6,tokens=1e9");
            }
        });
        return Reading.DEFAULT
                .withColumns(columns)
                .withScales(scales)
                .withLossUnit(lossUnit)
                .withDuplicates(duplicates);
    }

    /**
     * The training curves of the runs: of a sweep's folder the curves beside the runs, of a table its rows where one run has
     * several. What can't be read is told on {@code err}.
     */
    List<Curve> curves(List<Run> table, Conventions conventions, PrintWriter err) {
        if (!isUri() && !Files.isDirectory(path().resolve(Listing.CURVES))) {
            return Curve.ofRows(table, conventions);
        }
        Set<String> ids = table.stream().map(Run::id).collect(Collectors.toSet());
        CurveTable curves = CurveTable.read(files(), ids);
        curves.problems().forEach(problem -> err.println("warning: " + problem.message()));
        return Curve.of(table, curves.points(), conventions);
    }
}
