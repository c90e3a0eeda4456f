package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.ChinchillaFit;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Agreement;
import io.isoloss.analysis.frontier.FrontierPoint;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.ParametricFrontier;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "frontier",
        description = "Compute-optimal N, D and loss along C, from IsoFLOP minima (approach 2 of Hoffmann et al. 2022)"
                + " and from the fitted law (approach 3). Instead of runs, takes a law that fit --save wrote.")
final class FrontierCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Option(
            names = "--at",
            paramLabel = "FLOPS",
            split = ",",
            description = "Budgets to answer for; those of the runs by default.")
    private List<Double> at = List.of();

    @Mixin
    private Next next;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /** What the command answers. Of a law, approach 3 alone; of runs without a law, the reason in {@code noLaw}. */
    record Answer(
            IsoFlopFrontier isoFlop,
            List<FrontierPoint> isoFlopAt,
            ParametricFrontier parametric,
            String noLaw,
            Agreement agreement) {}

    @Override
    public Integer call() {
        if (next.asked()) {
            next.answer(
                    runs,
                    fitting.options(),
                    output,
                    spec.commandLine().getOut(),
                    spec.commandLine().getErr());
            return 0;
        }
        at.forEach(FrontierCommand::check);
        Answer answer = runs.isLaw() ? ofLaw() : ofRuns();
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            print(answer, spec.commandLine().getOut());
        }
        return 0;
    }

    private Answer ofLaw() {
        if (at.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot draw the frontier of " + runs.path()
                            + " without budgets: a law holds no runs; name some with --at, such as 1e21,1e22");
        }
        ParametricFrontier parametric = ParametricFrontier.of(FittedLaw.load(runs.path()), at);
        return new Answer(null, List.of(), parametric, null, null);
    }

    private Answer ofRuns() {
        FitOptions options = fitting.options();
        List<Observation> points =
                Observation.from(runs.read(spec.commandLine().getErr()).runs());
        IsoFlopFrontier isoFlop = IsoFlopFrontier.of(points, options.replicates(), options.seed());
        List<Double> flops = at.isEmpty()
                ? isoFlop.profiles().stream().map(IsoFlopProfile::flops).toList()
                : at;
        List<FrontierPoint> isoFlopAt = isoFlop.supported() ? isoFlop.at(flops) : List.of();
        try {
            ParametricFrontier parametric =
                    ParametricFrontier.of(ChinchillaFit.fit(points, options).fitted(), flops);
            return new Answer(isoFlop, isoFlopAt, parametric, null, Agreement.between(isoFlop, parametric));
        } catch (IsolossException e) {
            if (e.kind() != Kind.UNSUPPORTED || !isoFlop.supported()) {
                throw e;
            }
            return new Answer(isoFlop, isoFlopAt, null, e.getMessage(), null);
        }
    }

    private static void check(double flops) {
        if (!(flops > 0 && Double.isFinite(flops))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot draw the frontier --at " + flops
                            + " FLOPs; want finite numbers above 0, such as 1e21,1e22");
        }
    }

    private static void print(Answer answer, PrintWriter out) {
        TextTable table = new TextTable("C", "approach", "N_opt", "95 %", "D_opt", "95 %", "loss", "");
        answer.isoFlopAt().forEach(point -> row(table, "2 IsoFLOP", point));
        if (answer.parametric() != null) {
            answer.parametric().points().forEach(point -> row(table, "3 law", point));
        }
        out.print(table);
        if (answer.agreement() != null) {
            out.println(answer.agreement().sentence());
        } else if (answer.noLaw() != null) {
            out.println(answer.noLaw());
        }
    }

    private static void row(TextTable table, String approach, FrontierPoint point) {
        Estimate loss = point.loss();
        table.row(
                TextTable.number(point.flops()),
                approach,
                FitCommand.value(point.params()),
                FitCommand.interval(point.params()),
                FitCommand.value(point.tokens()),
                FitCommand.interval(point.tokens()),
                loss == null ? "" : FitCommand.value(loss),
                point.extrapolated() ? "extrapolated" : "");
    }
}
