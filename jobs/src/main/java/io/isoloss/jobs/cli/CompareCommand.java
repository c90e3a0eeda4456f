package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.outlook.Reach;
import io.isoloss.analysis.outlook.RunNoise;
import io.isoloss.analysis.outlook.SizeContest;
import io.isoloss.analysis.outlook.Upset;
import io.isoloss.analysis.outlook.Upsets;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        description = "Where a smaller model beats a larger one at equal compute, equal data or equal lifetime cost:"
                + " among the runs, with a bounded rate of false findings, and of two models by the law."
                + " Instead of runs, takes a law that fit --save wrote.")
final class CompareCommand implements Callable<Integer> {
    /** As many findings as a person reads; --json has them all. */
    private static final int MOST_ROWS = 20;

    @Mixin
    private RunsSource runs;

    @Mixin
    private Fitting fitting;

    @Option(
            names = "--model",
            paramLabel = "name,params,tokens",
            description = "Two models to compare by the law, counted as the runs are; give the option twice.")
    private List<String> models = List.of();

    @Option(
            names = "--inference-tokens",
            paramLabel = "T",
            description = "Tokens that each model serves: adds the comparison at equal lifetime cost, 6ND + 2NT.")
    private Double inferenceTokens;

    @Option(
            names = "--alarm-rate",
            paramLabel = "P",
            defaultValue = "0.05",
            description = "Probability of any false finding among the runs; ${DEFAULT-VALUE} by default.")
    private double alarmRate;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    /**
     * What the command answers.
     *
     * @param byLaw of the models named; empty if none are
     * @param measured among the runs; null of a law
     */
    record Answer(List<SizeContest> byLaw, Upsets measured) {}

    @Override
    public Integer call() {
        check();
        List<Model> pair = models.stream().map(AuditCommand::parse).toList();
        if (pair.size() == 2 && pair.get(0).params() == pair.get(1).params()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot compare " + pair.get(0).name() + " and "
                            + pair.get(1).name() + ": both have " + pair.get(0).params()
                            + " parameters; name two sizes");
        }
        Answer answer = runs.isLaw() ? new Answer(byLaw(FittedLaw.load(runs.path()), pair), null) : ofRuns(pair);
        if (output.json()) {
            output.write(answer, spec.commandLine().getOut());
        } else {
            print(answer, spec.commandLine().getOut());
        }
        return 0;
    }

    private void check() {
        if (models.size() != 2 && !(models.isEmpty() && !runs.isLaw())) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot compare " + models.size() + " models" + (runs.isLaw() ? " of a law" : "")
                            + "; name two with --model name,params,tokens" + (runs.isLaw() ? "" : ", or none"));
        }
        if (inferenceTokens != null && !(inferenceTokens >= 0 && Double.isFinite(inferenceTokens))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot compare with --inference-tokens " + inferenceTokens
                            + "; want a finite number not below 0, such as 2e12");
        }
        if (!(alarmRate > 0 && alarmRate < 1)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot compare with --alarm-rate " + alarmRate + "; want a probability between 0 and 1");
        }
    }

    private List<SizeContest> byLaw(FittedLaw law, List<Model> pair) {
        return pair.isEmpty() ? List.of() : SizeContest.of(law, pair.get(0), pair.get(1), inferenceTokens);
    }

    private Answer ofRuns(List<Model> pair) {
        RunTable table = runs.readGroup(spec.commandLine().getErr());
        List<Observation> points = Observation.from(table.runs());
        FittedLaw law = null;
        LossSurface surface = null;
        try {
            law = LawFit.fit(Chinchilla.FORM, points, fitting.options()).fitted();
            surface = law.surface();
        } catch (IsolossException e) {
            if (e.kind() != Kind.UNSUPPORTED || !pair.isEmpty()) {
                throw e;
            }
        }
        Map<String, String> labels = table.runs().stream().collect(Collectors.toMap(Run::id, Run::label));
        return new Answer(
                byLaw(law, pair),
                Upsets.of(points, surface, inferenceTokens, alarmRate).named(labels));
    }

    private static void print(Answer answer, PrintWriter out) {
        if (!answer.byLaw().isEmpty()) {
            TextTable table = new TextTable(
                    "terms", "smaller N", "its D", "larger N", "its D", "smaller better by", "95 %", "P", "better");
            for (SizeContest contest : answer.byLaw()) {
                table.row(
                        contest.terms().label(),
                        TextTable.number(contest.smallerParams()),
                        TextTable.number(contest.smallerTokens()),
                        TextTable.number(contest.largerParams()),
                        TextTable.number(contest.largerTokens()),
                        FitCommand.value(contest.advantage()) + " nats",
                        FitCommand.interval(contest.advantage()),
                        contest.probabilitySmallerWins() == null
                                ? "unknown"
                                : TextTable.number(contest.probabilitySmallerWins()),
                        contest.winner());
            }
            out.print(table);
            answer.byLaw().stream()
                    .filter(contest -> contest.smallerWins() != null)
                    .forEach(contest -> out.println(sentence(contest)));
        }
        if (answer.measured() != null) {
            printMeasured(answer.measured(), out);
        }
    }

    private static String sentence(SizeContest contest) {
        Reach wins = contest.smallerWins();
        String start = "At " + contest.terms().label() + " the smaller ";
        return switch (wins.extent()) {
            case Reach.NOWHERE -> start + "is better nowhere.";
            case Reach.EVERYWHERE -> start + "is better everywhere.";
            default ->
                start + "is better as long as the larger has fewer than "
                        + TextTable.number(wins.upTo().value()) + " tokens (95 %: "
                        + FitCommand.interval(wins.upTo()) + ").";
        };
    }

    private static void printMeasured(Upsets upsets, PrintWriter out) {
        TextTable counts = new TextTable("among the runs", "pairs", "smaller better");
        upsets.pairs()
                .forEach((terms, pairs) -> counts.row(
                        terms.label(),
                        String.valueOf(pairs),
                        String.valueOf(upsets.found().stream()
                                .filter(upset -> upset.terms() == terms)
                                .count())));
        out.print(counts);
        out.println("Noise from the " + upsets.noise().source()
                + "; the probability of even one false finding is at most " + upsets.alarmRate() + ".");
        if (upsets.noise() instanceof RunNoise.StandardErrors) {
            out.println("warning: the standard errors know nothing of the seeds of the training, so that false findings"
                    + " may be more frequent; repeat some runs with other seeds.");
        }
        if (upsets.found().isEmpty()) {
            return;
        }
        TextTable table = new TextTable("past optimal", "N", "D", "beaten by", "N", "D", "terms", "by", "adjusted p");
        List<Upset> worst = surestDefeats(upsets.found());
        for (Upset upset : worst.stream().limit(MOST_ROWS).toList()) {
            table.row(
                    upset.larger(),
                    TextTable.number(upset.largerParams()),
                    TextTable.number(upset.largerTokens()),
                    upset.smaller(),
                    TextTable.number(upset.smallerParams()),
                    TextTable.number(upset.smallerTokens()),
                    upset.terms().label(),
                    TextTable.number(upset.advantage()) + " nats",
                    TextTable.number(upset.adjustedP()));
        }
        out.print(table);
        if (worst.size() > MOST_ROWS) {
            out.println((worst.size() - MOST_ROWS) + " more, and all pairs, with --json");
        }
    }

    /** The surest defeat of each larger model on each terms. */
    private static List<Upset> surestDefeats(List<Upset> found) {
        Map<List<Object>, Upset> surest = new LinkedHashMap<>();
        found.forEach(
                upset -> surest.putIfAbsent(List.of(upset.terms(), upset.largerParams(), upset.largerTokens()), upset));
        return surest.values().stream()
                .sorted(Comparator.comparing(Upset::terms))
                .toList();
    }
}
