package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.frontier.Curve;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The runs that a command reads. */
final class RunsSource {
    @Parameters(
            paramLabel = "RUNS",
            description = "A sweep's folder, a folder of Parquet files, or a .parquet, .csv or .jsonl file.")
    private Path runs;

    @Option(
            names = "--map",
            paramLabel = "NAME=COLUMN",
            split = ",",
            description = "Columns with unusual headers, such as params=n_active,loss=final_loss.")
    private Map<String, String> columns = Map.of();

    /** Whether this is a law that {@code fit --save} wrote, rather than runs. */
    boolean isLaw() {
        return runs.toString().endsWith(".json");
    }

    Path path() {
        return runs;
    }

    /** Reads the runs; what had to be left out is told on {@code err}. */
    RunTable read(PrintWriter err) {
        RunTable table = RunTable.read(runs, columns);
        table.problems().forEach(problem -> err.println("warning: " + problem.message()));
        return table;
    }

    /**
     * The training curves of the runs: of a sweep's folder the curves beside the runs, of a table its rows where one run has
     * several. What can't be read is told on {@code err}.
     */
    List<Curve> curves(List<Run> table, Conventions conventions, PrintWriter err) {
        Path folder = runs.resolve("curves");
        if (!Files.isDirectory(folder)) {
            return Curve.ofRows(table, conventions);
        }
        List<CurvePoint> points = new ArrayList<>();
        for (Run run : table) {
            Path file = folder.resolve(run.id() + ".parquet");
            try {
                if (Files.exists(file)) {
                    points.addAll(ParquetTable.CURVES.read(file));
                }
            } catch (IsolossException e) {
                err.println("warning: " + e.getMessage());
            }
        }
        return Curve.of(table, points, conventions);
    }
}
