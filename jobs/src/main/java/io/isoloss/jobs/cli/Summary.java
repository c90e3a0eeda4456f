package io.isoloss.jobs.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.report.Comparison;
import io.isoloss.analysis.report.Report;
import io.isoloss.analysis.report.Reports;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.spark.TrialEnd;
import io.isoloss.jobs.sweep.Trial;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a sweep came to, for the person at the terminal.
 *
 * @param trained trials that ended in this call
 * @param notCompleted a line for each trial without a loss, from this call or an earlier one
 */
record Summary(String sweep, int trials, int trained, List<String> notCompleted, Reports reports) {

    /** Fits the runs of {@code trials}; others in the table, of earlier designs, stay out. */
    static Summary of(String sweep, List<Trial> trials, RunTable stored, List<TrialEnd> ends, FitOptions options) {
        Map<String, Run> byId = stored.runs().stream().collect(Collectors.toMap(Run::id, Function.identity()));
        Map<String, TrialEnd> lost = ends.stream()
                .filter(end -> !byId.containsKey(end.runId()))
                .collect(Collectors.toMap(TrialEnd::runId, Function.identity()));
        List<Run> runs = new ArrayList<>();
        List<String> notCompleted = new ArrayList<>();
        for (Trial trial : trials) {
            Run run = byId.get(trial.runId());
            if (run != null) {
                runs.add(run);
            }
            if (run == null) {
                TrialEnd end = lost.get(trial.runId());
                notCompleted.add(
                        trial.name() + " " + (end == null ? "not trained" : end.outcome() + ": " + end.failure()));
            } else if (!run.completed()) {
                notCompleted.add(trial.name() + " " + run.outcome() + ": " + run.failure());
            }
        }
        return new Summary(
                sweep,
                trials.size(),
                ends.size(),
                notCompleted,
                Reports.of(new RunTable(runs, stored.problems()), stored.runs(), options));
    }

    /**
     * What {@code run --json} prints.
     *
     * @param only the fit; null, with no fields, where there are several groups
     * @param comparison of several groups; null of one
     * @param groups null of one
     */
    record Json(
            String sweep,
            int trials,
            int trained,
            List<String> notCompleted,
            @JsonUnwrapped Fitted only,
            @JsonInclude(JsonInclude.Include.NON_NULL) Comparison comparison,
            @JsonInclude(JsonInclude.Include.NON_NULL) List<Group> groups,
            String report) {}

    /** What the runs of a group came to. */
    record Fitted(FitResult fit, String noFit, IsoFlopFrontier isoFlop, String agreement, String tunedAlternative) {
        static Fitted of(Report report) {
            return new Fitted(
                    report.fit(), report.noFit(), report.isoFlop(), report.agreement(), report.tunedAlternative());
        }
    }

    /** A group by its name. */
    record Group(
            String name,
            String family,
            String task,
            @JsonUnwrapped Fitted fitted) {}

    Json json(String page) {
        return reports.several()
                ? new Json(
                        sweep,
                        trials,
                        trained,
                        notCompleted,
                        null,
                        reports.comparison(),
                        reports.parts().stream()
                                .map(part -> new Group(
                                        part.group().label(),
                                        part.group().family(),
                                        part.group().task(),
                                        Fitted.of(part.report())))
                                .toList(),
                        page)
                : new Json(
                        sweep,
                        trials,
                        trained,
                        notCompleted,
                        Fitted.of(reports.parts().get(0).report()),
                        null,
                        null,
                        page);
    }

    void print(String page, PrintWriter out) {
        for (Reports.Part part : reports.parts()) {
            if (reports.several()) {
                out.println(part.group().label());
            }
            print(part.report(), out);
            if (reports.several()) {
                out.println();
            }
        }
        if (reports.several()) {
            print(reports.comparison(), out);
        }
        notCompleted.forEach(line -> out.println("not completed: " + line));
        out.println("report: " + page);
        out.flush();
    }

    private static void print(Comparison comparison, PrintWriter out) {
        String at = comparison.flops() == null ? "" : " at " + TextTable.number(comparison.flops());
        TextTable table =
                new TextTable("group", "completed", "a", "95 %", "E", "N_opt" + at, "95 %", "loss there", "95 %");
        for (Comparison.Row row : comparison.rows()) {
            String completed = row.completed() + " of " + row.runs();
            if (row.undecided() != null) {
                table.row(row.group(), completed, "undecided", "", "", "", "", "", "");
                continue;
            }
            table.row(
                    row.group(),
                    completed,
                    FitCommand.value(row.paramsExponent()),
                    FitCommand.interval(row.paramsExponent()),
                    FitCommand.value(row.floor()),
                    FitCommand.value(row.params()),
                    FitCommand.interval(row.params()),
                    row.loss() == null ? "" : FitCommand.value(row.loss()),
                    row.loss() == null ? "" : FitCommand.interval(row.loss()));
        }
        out.print(table);
        comparison.rows().stream()
                .filter(row -> row.undecided() != null)
                .forEach(row -> out.println(row.group() + " is undecided. " + row.undecided()));
        comparison.sentences().forEach(out::println);
    }

    private static void print(Report report, PrintWriter out) {
        TextTable budgets = new TextTable("budget C", "trials", "best loss", "N_opt", "95 %", "loss there");
        for (IsoFlopProfile profile : report.isoFlop().profiles()) {
            double best = profile.points().stream()
                    .mapToDouble(point -> point.loss())
                    .min()
                    .orElse(Double.NaN);
            budgets.row(
                    TextTable.number(profile.flops()),
                    String.valueOf(profile.points().size()),
                    TextTable.number(best),
                    profile.usable() ? FitCommand.value(profile.params()) : "none",
                    profile.usable() ? FitCommand.interval(profile.params()) : "",
                    profile.usable() ? TextTable.number(profile.loss()) : "");
        }
        out.print(budgets);
        report.isoFlop().profiles().stream()
                .filter(profile -> !profile.usable())
                .forEach(profile ->
                        out.println("no minimum at " + TextTable.number(profile.flops()) + ": " + profile.failure()));
        out.println();
        TextTable exponents = new TextTable("N_opt grows as C^a", "a", "95 %");
        exponent(exponents, "IsoFLOP minima", report.isoFlop().paramsExponent());
        if (report.fit() != null) {
            exponent(exponents, "fitted law", report.fit().optimum().paramsExponent());
        }
        out.print(exponents);
        out.println(report.agreement());
        if (report.fit() != null) {
            report.fit().warnings().forEach(warning -> out.println("warning: " + warning));
        }
        if (report.tunedAlternative() != null) {
            out.println("warning: " + report.tunedAlternative());
        }
    }

    private static void exponent(TextTable table, String approach, Estimate exponent) {
        table.row(approach, FitCommand.value(exponent), FitCommand.interval(exponent));
    }
}
