package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.outlook.NextRuns;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The runs to train next, of {@code frontier --next}. */
final class Next {
    @Option(
            names = "--next",
            paramLabel = "K",
            description =
                    "Instead, the K further runs that shrink the interval of N_opt at --target most for their cost.")
    private Integer count;

    @Option(names = "--target", paramLabel = "FLOPS", description = "Compute C of the N_opt that --next is after.")
    private Double target;

    @Option(
            names = "--spend",
            paramLabel = "FLOPS",
            description = "What the K runs may cost together; K times the mean cost of the runs so far by default.")
    private Double spend;

    @Option(
            names = "--run-flops",
            paramLabel = "FLOPS",
            description = "What one of them may cost; as much as the dearest run so far by default.")
    private Double runFlops;

    /** Whether the runs to train next are asked for. */
    boolean asked() {
        if (count == null && (target != null || spend != null || runFlops != null)) {
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot choose runs without a number of them; say how many with --next, such as 5");
        }
        return count != null;
    }

    void answer(RunsSource runs, FitOptions options, Output output, PrintWriter out, PrintWriter err) {
        if (count < 1) {
            throw new IsolossException(Kind.BAD_INPUT, "Cannot choose --next " + count + " runs; want 1 or more");
        }
        if (target == null) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot choose the next runs without a target: name the compute whose N_opt they are to pin with"
                            + " --target, such as 1e24");
        }
        check("--target", target);
        check("--spend", spend);
        check("--run-flops", runFlops);
        if (runs.isLaw()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot choose the next runs from " + runs.address() + ": a law holds no runs; give the runs");
        }
        List<Observation> points = Observation.from(runs.readGroup(err).runs());
        NextRuns next = NextRuns.of(
                LawFit.fit(Chinchilla.FORM, points, options).fitted(), points, target, count, spend, runFlops);
        if (output.json()) {
            output.write(next, out);
        } else {
            print(next, out);
        }
    }

    private static void check(String option, Double value) {
        if (value != null && !(value > 0 && Double.isFinite(value))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot choose the next runs with " + option + " " + value
                            + "; want a finite number above 0, such as 1e21");
        }
    }

    private static void print(NextRuns next, PrintWriter out) {
        TextTable table =
                new TextTable("train N", "on D", "D/N", "seeds", "C = 6ND", "takes of the variance", "per 1e18 FLOPs");
        Map<List<Double>, List<NextRuns.Cell>> seeds = next.cells().stream()
                .collect(Collectors.groupingBy(
                        cell -> List.of(cell.params(), cell.tokens()), LinkedHashMap::new, Collectors.toList()));
        for (List<NextRuns.Cell> same : seeds.values()) {
            NextRuns.Cell cell = same.get(0);
            table.row(
                    TextTable.number(cell.params()),
                    TextTable.number(cell.tokens()),
                    TextTable.number(cell.tokens() / cell.params()),
                    String.valueOf(same.size()),
                    TextTable.number(cell.flops()),
                    percent(same.stream()
                            .mapToDouble(NextRuns.Cell::varianceReduction)
                            .sum()),
                    percent(same.stream()
                                    .mapToDouble(NextRuns.Cell::reductionPerExaflop)
                                    .sum()
                            / same.size()));
        }
        out.print(table);
        out.printf(
                "N_opt at C = %s: %s now, 95 %% %s; after these runs, for %s FLOPs, expect %s%n",
                TextTable.number(next.targetFlops()),
                FitCommand.value(next.paramsNow()),
                FitCommand.interval(next.paramsNow()),
                TextTable.number(next.flops()),
                FitCommand.interval(next.paramsThen()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3g %%", 100 * share);
    }
}
