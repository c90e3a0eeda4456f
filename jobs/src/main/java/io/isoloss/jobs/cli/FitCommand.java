package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "fit", description = "Fits the loss surface L(N, D) of runs and certifies the optimum.")
final class FitCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Mixin
    private Refitting refitting;

    @Option(names = "--save", paramLabel = "law.json", description = "Where to write the law, for audit and frontier.")
    private Path save;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        FitResult fit = LawFit.fit(
                Chinchilla.FORM, Observation.from(runs.read(err).runs()), fitting.options(), refitting.refits());
        if (save != null) {
            FittedLaw law = fit.fitted();
            try {
                law.save(save);
            } catch (IOException e) {
                throw Output.unwritable("the law", save, "--save", e);
            }
        }
        if (output.json()) {
            output.write(fit, spec.commandLine().getOut());
        } else {
            print(fit, spec.commandLine().getOut());
        }
        return fit.optimum().paramsExponent().identified() ? 0 : Kind.UNSUPPORTED.exitCode();
    }

    private static void print(FitResult fit, PrintWriter out) {
        TextTable table = new TextTable("parameter", "value", "95 % interval");
        fit.parameters().forEach((name, estimate) -> table.row(name, value(estimate), interval(estimate)));
        table.row(
                "N_opt ~ C^a",
                value(fit.optimum().paramsExponent()),
                interval(fit.optimum().paramsExponent()));
        table.row(
                "D_opt ~ C^b",
                value(fit.optimum().tokensExponent()),
                interval(fit.optimum().tokensExponent()));
        out.print(table);
        out.printf(
                Locale.ROOT,
                "%s over %d points: %s %.10g; %d of %d starts agree%n",
                fit.law(),
                fit.points(),
                fit.objective().name(),
                fit.objective().value(),
                fit.certificate().agreeing(),
                fit.certificate().starts());
        fit.warnings().forEach(warning -> out.println("warning: " + warning));
    }

    static String value(Estimate estimate) {
        return estimate.value() == null ? "not identified" : TextTable.number(estimate.value());
    }

    static String interval(Estimate estimate) {
        if (estimate.low() == null && estimate.high() == null) {
            return "open";
        }
        String low = estimate.low() == null ? "open" : TextTable.number(estimate.low());
        String high = estimate.high() == null ? "open" : TextTable.number(estimate.high());
        return low + " to " + high;
    }
}
