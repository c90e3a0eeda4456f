package io.isoloss.jobs.cli;

import io.isoloss.analysis.runs.RunTable;
import java.io.PrintWriter;
import java.nio.file.Path;
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
}
