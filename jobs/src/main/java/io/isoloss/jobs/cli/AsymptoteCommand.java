package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.outlook.Asymptote;
import io.isoloss.analysis.outlook.Doubling;
import io.isoloss.analysis.outlook.LeastGain;
import io.isoloss.analysis.outlook.Reach;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "asymptote",
        description = "How near the floor of the law a model is, and what doubling N, D or compute would bring."
                + " Of the compute-optimal model at the largest fitted compute, or of the one named."
                + " Instead of runs, takes a law that fit --save wrote.")
final class AsymptoteCommand implements Callable<Integer> {
    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Option(names = "--params", paramLabel = "N", description = "Parameters of the model, counted as the runs are.")
    private Double params;

    @Option(names = "--tokens", paramLabel = "D", description = "Its training tokens.")
    private Double tokens;

    @Option(names = "--at", paramLabel = "FLOPS", description = "Instead, the compute-optimal model of this compute.")
    private Double at;

    @Option(
            names = "--gain",
            paramLabel = "NATS|SHARE%",
            defaultValue = "0.01",
            description =
                    "Least gain for which a doubling pays: nats a token, or with %% a share of the reducible loss;"
                            + " ${DEFAULT-VALUE} by default.")
    private String gain;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LeastGain least = leastGain(gain);
        if ((params == null) != (tokens == null) || (params != null && at != null)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot tell which model is meant; give --params and --tokens, or --at alone, or none of them");
        }
        check("--params", params);
        check("--tokens", tokens);
        check("--at", at);
        FittedLaw law = runs.isLaw()
                ? FittedLaw.load(runs.path())
                : LawFit.fit(
                                Chinchilla.FORM,
                                Observation.from(
                                        runs.readGroup(spec.commandLine().getErr())
                                                .runs()),
                                fitting.options())
                        .fitted();
        Asymptote asymptote = params != null
                ? Asymptote.of(law, params, tokens, least)
                : Asymptote.onFrontier(law, at != null ? at : law.highestFlops(), least);
        if (output.json()) {
            output.write(asymptote, spec.commandLine().getOut());
        } else {
            print(asymptote, spec.commandLine().getOut());
        }
        return 0;
    }

    private static LeastGain leastGain(String text) {
        boolean share = text.endsWith("%");
        try {
            return share
                    ? new LeastGain(Double.parseDouble(text.substring(0, text.length() - 1)) / 100, LeastGain.SHARE)
                    : new LeastGain(Double.parseDouble(text), LeastGain.NATS);
        } catch (IllegalArgumentException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read --gain '" + text
                            + "'; want nats a token above 0, such as 0.01, or a share of the reducible"
                            + " loss below 100%, such as 5%",
                    e);
        }
    }

    private static void check(String option, Double value) {
        if (value != null && !(value > 0 && Double.isFinite(value))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot draw the asymptote with " + option + " " + value
                            + "; want a finite number above 0, such as 7e9");
        }
    }

    private void print(Asymptote asymptote, PrintWriter out) {
        out.printf(
                "N = %s, D = %s, C = 6ND = %s%s%n",
                TextTable.number(asymptote.params()),
                TextTable.number(asymptote.tokens()),
                TextTable.number(asymptote.flops()),
                asymptote.extrapolated() ? " (extrapolated)" : "");
        TextTable table = new TextTable("nats a token", "value", "95 % interval");
        row(table, "loss", asymptote.loss());
        row(table, "floor", asymptote.floor());
        row(table, "reducible", asymptote.reducible());
        row(table, "  as a share of the loss", asymptote.reducibleShare());
        row(table, "  share that more N would take", asymptote.paramsShare());
        row(table, "  share that more D would take", asymptote.tokensShare());
        row(table, "gain of doubling N", asymptote.params2x().nats());
        row(table, "gain of doubling D", asymptote.tokens2x().nats());
        row(table, "gain of doubling C, on the frontier", asymptote.flops2x().nats());
        out.print(table);
        String least = asymptote.leastGain().unit().equals(LeastGain.NATS)
                ? gain + " nats"
                : gain.replace("%", " %") + " of the reducible loss";
        out.println(sentence("N", "D", asymptote.params2x(), least));
        out.println(sentence("D", "N", asymptote.tokens2x(), least));
    }

    private static String sentence(String size, String other, Doubling doubling, String least) {
        Reach pays = doubling.pays();
        if (pays == null) {
            return "Whether doubling " + size + " brings " + least
                    + " cannot be said: the floor is not identified; ask in nats, or add larger budgets.";
        }
        String start = "Doubling " + size + " at this " + other;
        return switch (pays.extent()) {
            case Reach.NOWHERE -> start + " brings less than " + least + " at every size" + upTo(pays.upTo()) + ".";
            case Reach.EVERYWHERE -> start + " brings " + least + " or more at every size" + upTo(pays.upTo()) + ".";
            default ->
                start + " brings less than " + least + " beyond " + size + " = "
                        + TextTable.number(pays.upTo().value()) + " (95 %: " + FitCommand.interval(pays.upTo()) + ").";
        };
    }

    /** What the replicates add where the law itself gives no size. */
    private static String upTo(Estimate ends) {
        return ends.low() == null && ends.high() == null ? "" : " (95 %: " + FitCommand.interval(ends) + ")";
    }

    private static void row(TextTable table, String name, Estimate estimate) {
        table.row(name, FitCommand.value(estimate), FitCommand.interval(estimate));
    }
}
