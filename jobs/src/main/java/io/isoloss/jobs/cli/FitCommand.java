package io.isoloss.jobs.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LackOfFit;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.LawSelection;
import io.isoloss.analysis.fit.LawSelection.Contender;
import io.isoloss.analysis.fit.Objective;
import io.isoloss.analysis.fit.Optimum;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.Variable;
import io.isoloss.analysis.runs.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "fit", description = "Fits a scaling law to runs and certifies the optimum.")
final class FitCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Mixin
    private LawChoice law;

    @Mixin
    private Refitting refitting;

    @Option(names = "--save", paramLabel = "law.json", description = "Where to write the law, for audit and frontier.")
    private Path save;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** What the command answers; the selection where the law was chosen. */
    record Answer(
            @JsonUnwrapped FitResult fit,
            @JsonInclude(JsonInclude.Include.NON_NULL) LawSelection selection,
            @JsonInclude(JsonInclude.Include.NON_NULL) Foretold foretold) {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        FitOptions options = fitting.options();
        List<Run> table = runs.readGroup(err, law.required()).runs();
        LawSelection selection = law.auto() ? law.select(table, options) : null;
        LawForm form = selection == null ? law.form() : selection.chosen();
        List<Sample> samples = Sample.from(form, table);
        FitResult fit = LawFit.fitSamples(form, samples, options, refitting.refits());
        Foretold foretold = form.response() == Variable.ERROR && refitting.master() != null
                ? Foretold.of(form, samples, options, refitting.master())
                : null;
        if (save != null) {
            FittedLaw fitted = fit.fitted();
            try {
                fitted.save(save);
            } catch (IOException e) {
                throw Output.unwritable("the law", save, "--save", e);
            }
        }
        if (output.json()) {
            output.write(
                    new Answer(fit, selection, foretold), spec.commandLine().getOut());
        } else {
            if (selection != null) {
                print(selection, spec.commandLine().getOut());
            }
            print(fit, spec.commandLine().getOut());
            if (foretold != null) {
                spec.commandLine()
                        .getOut()
                        .printf(
                                Locale.ROOT,
                                "%d models of least loss foretold from the others: the law misses by %.1f %%, isotonic"
                                        + " regression by %.1f %%, a line by %.1f %% (root mean square)%n",
                                foretold.heldOut(),
                                100 * foretold.law(),
                                100 * foretold.isotonic(),
                                100 * foretold.linear());
            }
        }
        return fit.best() != null && fit.profiles().isEmpty() ? 0 : Kind.UNSUPPORTED.exitCode();
    }

    private static void print(LawSelection selection, PrintWriter out) {
        TextTable table = new TextTable("law", "parameters", "held-out error", "error of all", "AICc", "");
        for (Contender contender : selection.contenders()) {
            table.row(
                    contender.law(),
                    String.valueOf(contender.parameters()),
                    percent(contender.heldOutError()),
                    percent(contender.fittedError()),
                    contender.aicc() == null ? "" : TextTable.number(contender.aicc()),
                    contender.chosen() ? "chosen" : contender.failure() == null ? "" : "not fitted");
        }
        out.print(table);
        out.printf(
                "%d runs held out, from %s on; chosen by %s%n",
                selection.heldOut(), TextTable.number(selection.from()), selection.criterion());
        selection.contenders().stream()
                .filter(contender -> contender.failure() != null)
                .forEach(contender -> out.println(contender.law() + ": " + contender.failure()));
        out.println();
    }

    private static String percent(Double error) {
        return error == null ? "" : TextTable.number(100 * error) + " %";
    }

    private static void print(FitResult fit, PrintWriter out) {
        TextTable table = new TextTable("parameter", "value", "95 % interval");
        fit.parameters().forEach((name, estimate) -> table.row(name, value(estimate), interval(estimate)));
        if (fit.atOptimum() instanceof LossSurface) {
            Optimum optimum = fit.optimum();
            table.row("N_opt ~ C^a", value(optimum.paramsExponent()), interval(optimum.paramsExponent()));
            table.row("D_opt ~ C^b", value(optimum.tokensExponent()), interval(optimum.tokensExponent()));
        }
        out.print(table);
        Objective objective = fit.objective();
        out.printf(
                Locale.ROOT,
                "%s over %d points: %s of %s residuals %.10g; %d of %d starts agree, the second method is %s above%n",
                fit.law(),
                fit.points(),
                objective.name(),
                objective.residuals(),
                objective.value(),
                fit.certificate().agreeing(),
                fit.certificate().starts(),
                fit.certificate().gap() < 1e-12
                        ? "nothing"
                        : TextTable.number(100 * fit.certificate().gap()) + " %");
        out.println("intervals: " + intervals(fit));
        LackOfFit lack = fit.lackOfFit();
        if (lack != null) {
            out.printf(
                    Locale.ROOT,
                    "lack of fit: %s, %.3g on %d%s degrees of freedom, p = %.2g%n",
                    lack.test(),
                    lack.statistic(),
                    lack.freedom(),
                    lack.noiseFreedom() == null ? "" : " and " + lack.noiseFreedom(),
                    lack.pValue());
        }
        fit.profiles().forEach((letter, levels) -> {
            TextTable profile = new TextTable(letter, "least objective");
            levels.forEach(level -> profile.row(
                    TextTable.number(level.value()), String.format(Locale.ROOT, "%.7g", level.objective())));
            out.print(profile);
        });
        fit.warnings().forEach(warning -> out.println("warning: " + warning));
    }

    private static String intervals(FitResult fit) {
        return fit.intervals().equals(FitResult.BOOTSTRAP)
                ? "bootstrap of " + fit.bootstrap().replicates()
                : fit.intervals();
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
