package io.isoloss.jobs.cli;

import io.isoloss.analysis.report.HtmlReport;
import io.isoloss.analysis.report.Reports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "report", description = "Writes one self-contained HTML page about runs.")
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Option(
            names = "--out",
            paramLabel = "report.html",
            defaultValue = "report.html",
            description = "The page; ${DEFAULT-VALUE} by default.")
    private Path out;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    record Answer(String report) {}

    @Override
    public Integer call() {
        Reports reports = Reports.of(runs.read(spec.commandLine().getErr()), fitting.options());
        try {
            HtmlReport.write(reports, out);
        } catch (IOException e) {
            throw Output.unwritable("the report", out, "--out", e);
        }
        if (output.json()) {
            output.write(new Answer(out.toString()), spec.commandLine().getOut());
        } else {
            spec.commandLine().getOut().println("report: " + out);
        }
        return 0;
    }
}
