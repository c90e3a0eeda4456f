package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Agreement;
import io.isoloss.analysis.frontier.Approach2Bias;
import io.isoloss.analysis.frontier.Envelope;
import io.isoloss.analysis.frontier.FrontierPoint;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.LevelBudgets;
import io.isoloss.analysis.frontier.ParametricFrontier;
import io.isoloss.analysis.frontier.Sensitivity;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.query.FrontierRow;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.tuning.TunedAlternative;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "frontier",
        description =
                "Compute-optimal N, D and loss along C, by the three approaches of Hoffmann et al. 2022: the envelope of"
                        + " training curves, IsoFLOP minima, and the fitted law. Instead of runs, takes a law that fit --save wrote.")
final class FrontierCommand implements Callable<Integer> {
    private static final String ENVELOPE = "1 envelope";
    private static final String ISO_FLOP = "2 IsoFLOP";
    private static final String LAW = "3 law";
    /** More budgets than this are no budgets, but runs of unlike compute. */
    private static final int MOST_BUDGETS = 12;
    /** C to answer for in place of so many. */
    private static final int FEW_VALUES = 5;

    /** Which approaches to draw. */
    private enum Approach {
        ENVELOPE("1"),
        ISO_FLOP("2"),
        LAW("3"),
        ALL("all");

        private final String label;

        Approach(String label) {
            this.label = label;
        }

        boolean covers(Approach other) {
            return this == other || this == ALL;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    @Mixin
    private RunsSource runs;

    @Option(
            names = "--approach",
            paramLabel = "1|2|3|all",
            defaultValue = "all",
            description = "Which approach to draw; ${DEFAULT-VALUE} by default.")
    private String approach;

    @Mixin
    private Fitting fitting;

    @Mixin
    private Drawing drawing;

    @Mixin
    private Counting counting;

    @Option(
            names = "--conventions",
            description = "Also derive the exponent under every way of counting N and C that the runs state.")
    private boolean sensitivity;

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

    /**
     * What the command answers. An approach that was not asked for, or that a law has no runs for, is null; one that the runs
     * do not support says so. {@code noLaw} is why there is no approach 3; {@code tunedAlternative} is null where
     * all runs of a size and budget share learning rate and batch.
     */
    record Answer(
            Envelope envelope,
            List<FrontierPoint> envelopeAt,
            IsoFlopFrontier isoFlop,
            List<FrontierPoint> isoFlopAt,
            ParametricFrontier parametric,
            String noLaw,
            Agreement agreement,
            Approach2Bias isoFlopBias,
            Sensitivity conventions,
            TunedAlternative tunedAlternative) {
        boolean hasFrontier() {
            return !envelopeAt.isEmpty() || !isoFlopAt.isEmpty() || parametric != null;
        }
    }

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
        Approach which = Counting.one("--approach", approach, Approach.values());
        Answer answer = runs.isLaw() ? ofLaw(which) : ofRuns(which);
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            print(answer, spec.commandLine().getOut());
        }
        return 0;
    }

    /** All that the command says of runs with its usual options, as rows. */
    static List<FrontierRow> rows(RunsSource runs, PrintWriter err) {
        FrontierCommand command = new FrontierCommand();
        new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(err)
                .parseArgs(runs.address());
        command.runs = runs;
        Answer answer = command.ofRuns(Approach.ALL);
        List<FrontierRow> rows = new ArrayList<>();
        answer.envelopeAt().forEach(point -> rows.add(FrontierRow.of(1, point)));
        answer.isoFlopAt().forEach(point -> rows.add(FrontierRow.of(2, point)));
        if (answer.parametric() != null) {
            answer.parametric().points().forEach(point -> rows.add(FrontierRow.of(3, point)));
        }
        return rows;
    }

    private Answer ofLaw(Approach which) {
        if (!which.covers(Approach.LAW)
                || sensitivity
                || !counting.conventions().equals(Conventions.STATED)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot draw this from " + runs.address()
                            + ": a law holds no runs, so there is approach 3 alone, counted as it was fitted; give the runs");
        }
        if (at.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot draw the frontier of " + runs.address()
                            + " without budgets: a law holds no runs; name some with --at, such as 1e21,1e22");
        }
        ParametricFrontier parametric = ParametricFrontier.of(FittedLaw.load(runs.path()), at);
        return new Answer(null, List.of(), null, List.of(), parametric, null, null, null, null, null);
    }

    private Answer ofRuns(Approach which) {
        FitOptions options = fitting.options();
        Conventions conventions = counting.conventions();
        List<Run> table = runs.readGroup(spec.commandLine().getErr()).runs();
        List<Observation> points = Observation.from(table, conventions);
        boolean recounted = !conventions.equals(Conventions.STATED);
        FittedLaw law = null;
        IsolossException noLaw = null;
        if (which.covers(Approach.LAW) || recounted) {
            try {
                law = LawFit.fit(Chinchilla.FORM, points, options).fitted();
            } catch (IsolossException e) {
                if (e.kind() != Kind.UNSUPPORTED) {
                    throw e;
                }
                noLaw = e;
            }
        }
        IsoFlopFrontier isoFlop = null;
        if (which.covers(Approach.ISO_FLOP) && (!recounted || law != null)) {
            List<Observation> level =
                    recounted ? LevelBudgets.of(Observation.from(table), points, law.surface()) : points;
            isoFlop = IsoFlopFrontier.of(level, drawing.isoFlop(options));
        }
        Envelope envelope = which.covers(Approach.ENVELOPE)
                ? Envelope.of(
                        runs.curves(table, conventions, spec.commandLine().getErr()),
                        drawing.envelope(),
                        options.replicates(),
                        options.seed())
                : null;
        Answer answer = answer(which, envelope, isoFlop, law, noLaw, points, options, table);
        if (!answer.hasFrontier()) {
            throw unsupported(envelope, isoFlop, noLaw);
        }
        return answer;
    }

    private Answer answer(
            Approach which,
            Envelope envelope,
            IsoFlopFrontier isoFlop,
            FittedLaw law,
            IsolossException noLaw,
            List<Observation> points,
            FitOptions options,
            List<Run> table) {
        List<Double> flops = at.isEmpty() ? budgets(points) : at;
        ParametricFrontier parametric =
                law == null || !which.covers(Approach.LAW) ? null : ParametricFrontier.of(law, flops);
        boolean minima = isoFlop != null && isoFlop.supported();
        return new Answer(
                envelope,
                envelope != null && envelope.supported() ? envelope.at(flops) : List.of(),
                isoFlop,
                minima ? isoFlop.at(flops) : List.of(),
                parametric,
                noLaw == null ? null : noLaw.getMessage(),
                isoFlop != null && parametric != null ? Agreement.between(isoFlop, parametric) : null,
                minima && law != null ? Approach2Bias.of(isoFlop, law.surface()) : null,
                sensitivity ? Sensitivity.of(table, options, drawing.isoFlop(options)) : null,
                TunedAlternative.of(table));
    }

    /** The IsoFLOP budgets of the runs; some values between the ends of their compute where every run has its own. */
    private static List<Double> budgets(List<Observation> points) {
        List<Double> budgets = IsoFlopFrontier.of(points, 0, 0).profiles().stream()
                .map(IsoFlopProfile::flops)
                .toList();
        if (budgets.size() <= MOST_BUDGETS) {
            return budgets;
        }
        double low = budgets.get(0);
        double ratio = budgets.get(budgets.size() - 1) / low;
        return IntStream.range(0, FEW_VALUES)
                .mapToObj(i -> low * Math.pow(ratio, i / (FEW_VALUES - 1.0)))
                .toList();
    }

    /** Why nothing could be drawn. */
    private static IsolossException unsupported(Envelope envelope, IsoFlopFrontier isoFlop, IsolossException noLaw) {
        if (noLaw != null) {
            return noLaw;
        }
        try {
            if (isoFlop != null) {
                isoFlop.at(List.of());
            }
            envelope.at(List.of());
        } catch (IsolossException e) {
            return e;
        }
        throw new IllegalStateException("an approach that is supported gave no frontier");
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
        TextTable table =
                new TextTable("C", "approach", "N_opt", "95 %", "D_opt", "95 %", "loss", "95 % of new runs", "");
        answer.envelopeAt().forEach(point -> row(table, ENVELOPE, point));
        answer.isoFlopAt().forEach(point -> row(table, ISO_FLOP, point));
        if (answer.parametric() != null) {
            answer.parametric().points().forEach(point -> row(table, LAW, point));
        }
        out.print(table);
        out.println();
        TextTable exponents = new TextTable("N_opt ~ C^a, D_opt ~ C^b", "a", "95 %", "b", "95 %");
        if (!answer.envelopeAt().isEmpty()) {
            row(
                    exponents,
                    ENVELOPE,
                    answer.envelope().paramsExponent(),
                    answer.envelope().tokensExponent());
        }
        if (!answer.isoFlopAt().isEmpty()) {
            row(
                    exponents,
                    ISO_FLOP,
                    answer.isoFlop().paramsExponent(),
                    answer.isoFlop().tokensExponent());
        }
        if (answer.parametric() != null) {
            row(
                    exponents,
                    LAW,
                    answer.parametric().paramsExponent(),
                    answer.parametric().tokensExponent());
        }
        out.print(exponents);
        if (answer.envelope() != null && !answer.envelope().supported()) {
            out.println("approach 1: " + answer.envelope().failure());
        }
        if (answer.isoFlop() != null && !answer.isoFlop().supported() && answer.agreement() == null) {
            out.println("approach 2: " + answer.isoFlop().failure());
        }
        if (answer.noLaw() != null) {
            out.println("approach 3: " + answer.noLaw());
        }
        if (answer.agreement() != null) {
            out.println(answer.agreement().sentence());
        }
        if (answer.isoFlopBias() != null) {
            out.println(answer.isoFlopBias().sentence());
        }
        if (answer.tunedAlternative() != null && answer.tunedAlternative().movesFrontier()) {
            out.println("warning: " + answer.tunedAlternative().warning());
        }
        if (answer.conventions() != null) {
            out.println();
            print(answer.conventions(), out);
        }
    }

    private static void print(Sensitivity sensitivity, PrintWriter out) {
        TextTable table = new TextTable("counting", "a, approach 2", "95 %", "a, approach 3", "95 %");
        sensitivity
                .rows()
                .forEach(row -> table.row(
                        "C " + row.flops() + ", N " + row.params(),
                        FitCommand.value(row.approach2()),
                        FitCommand.interval(row.approach2()),
                        FitCommand.value(row.approach3()),
                        FitCommand.interval(row.approach3())));
        out.print(table);
        sensitivity.rows().stream()
                .filter(row -> row.failure() != null)
                .forEach(row -> out.println("C " + row.flops() + ", N " + row.params() + ": " + row.failure()));
    }

    private static void row(TextTable table, String approach, Estimate params, Estimate tokens) {
        table.row(
                approach,
                FitCommand.value(params),
                FitCommand.interval(params),
                FitCommand.value(tokens),
                FitCommand.interval(tokens));
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
                point.newRunLoss() == null ? "" : FitCommand.interval(point.newRunLoss()),
                point.extrapolated() ? "extrapolated" : "");
    }
}
