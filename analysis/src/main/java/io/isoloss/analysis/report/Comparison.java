package io.isoloss.analysis.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.frontier.FrontierPoint;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.ParametricFrontier;
import io.isoloss.analysis.runs.Run;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The frontiers of several groups of runs side by side.
 *
 * @param flops the largest compute C that every group with a frontier reached; null if none has one
 * @param lossesCompare whether losses of different groups measure the same
 * @param sentences what can be compared, and what it says
 */
public record Comparison(Double flops, List<Row> rows, boolean lossesCompare, List<String> sentences) {
    /** How far a group's budget may be from {@code flops} to be the same: steps are whole. */
    private static final double SAME_BUDGET = 0.01;

    /**
     * One group.
     *
     * @param approach where the numbers come from: the fitted law where the runs pin one, else the IsoFLOP minima
     * @param paramsExponent a in N_opt = k C^a
     * @param floor irreducible loss E, nats a token; open without a law
     * @param params N_opt at the common compute
     * @param tokens D_opt there
     * @param loss there, nats a token; null if the approach gives none
     * @param undecided why there is no frontier; null if there is one, and the numbers are null otherwise
     */
    public record Row(
            String group,
            String task,
            int runs,
            int completed,
            String approach,
            Estimate paramsExponent,
            Estimate floor,
            Estimate params,
            Estimate tokens,
            Estimate loss,
            String undecided) {}

    public Comparison {
        rows = List.copyOf(rows);
        sentences = List.copyOf(sentences);
    }

    static Comparison of(List<Reports.Part> parts) {
        Double flops = parts.stream()
                .map(Reports.Part::report)
                .filter(report -> report.law().isPresent() || report.isoFlop().supported())
                .map(report -> report.isoFlop().profiles().stream()
                        .mapToDouble(IsoFlopProfile::flops)
                        .max()
                        .orElseThrow())
                .min(Comparator.naturalOrder())
                .orElse(null);
        List<Row> rows = parts.stream().map(part -> row(part, flops)).toList();
        String barrier = barrier(parts);
        return new Comparison(
                flops,
                rows,
                barrier == null,
                Stream.of(
                                barrier == null ? licence(parts) : barrier,
                                contexts(parts),
                                exponents(),
                                barrier == null ? lowest(rows, flops) : null)
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static Row row(Reports.Part part, Double flops) {
        Report report = part.report();
        IsoFlopFrontier isoFlop = report.isoFlop();
        String label = part.group().label();
        String task = part.group().taskInWords();
        int runs = report.table().runs().size();
        int completed =
                (int) report.table().runs().stream().filter(Run::completed).count();
        if (report.law().isPresent()) {
            FittedLaw law = report.law().get();
            ParametricFrontier frontier = ParametricFrontier.of(law, List.of(flops));
            FrontierPoint best = frontier.points().get(0);
            return new Row(
                    label,
                    task,
                    runs,
                    completed,
                    "fitted law",
                    frontier.paramsExponent(),
                    report.fit().parameters().getOrDefault("E", Estimate.OPEN),
                    best.params(),
                    best.tokens(),
                    best.loss(),
                    null);
        }
        if (isoFlop.supported()) {
            FrontierPoint best = isoFlop.at(List.of(flops)).get(0);
            return new Row(
                    label,
                    task,
                    runs,
                    completed,
                    "IsoFLOP minima",
                    isoFlop.paramsExponent(),
                    Estimate.OPEN,
                    best.params(),
                    best.tokens(),
                    lossAt(isoFlop, flops),
                    null);
        }
        String why = completed == 0 ? "No run completed." : isoFlop.failure() + " " + report.noLaw();
        return new Row(label, task, runs, completed, null, null, null, null, null, null, why);
    }

    /** The measured minimum of that budget; null where it has none. */
    private static Estimate lossAt(IsoFlopFrontier isoFlop, double flops) {
        return isoFlop.profiles().stream()
                .filter(profile -> profile.usable() && Math.abs(profile.flops() / flops - 1) <= SAME_BUDGET)
                .findFirst()
                .map(profile -> new Estimate(profile.loss(), null, null, true))
                .orElse(null);
    }

    /** Why losses of different groups do not compare; null if they do. */
    private static String barrier(List<Reports.Part> parts) {
        List<String> tasks = tasks(parts);
        if (parts.stream().anyMatch(part -> part.group().task() == null)) {
            return "Nothing says what the outside runs were scored on, so their losses do not compare with the others'.";
        }
        if (tasks.size() > 1) {
            return "The groups have different tasks (" + String.join("; ", tasks)
                    + "), whose losses measure different things: compare losses within a task alone.";
        }
        List<String> corpora = runs(parts)
                .map(run -> Ran.specification(run)
                        .map(root -> root.path("corpus"))
                        .filter(JsonNode::isObject)
                        .map(JsonNode::toString)
                        .orElse(""))
                .distinct()
                .toList();
        return corpora.size() == 1 && !corpora.get(0).isEmpty()
                ? null
                : "The runs do not state one and the same corpus, so losses do not compare between groups.";
    }

    private static String licence(List<Reports.Part> parts) {
        return "All groups predict the " + tasks(parts).get(0)
                + " of one corpus, so their losses at equal compute compare.";
    }

    private static String contexts(List<Reports.Part> parts) {
        List<Integer> contexts = runs(parts)
                .map(run -> run.identity().context())
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
        return contexts.size() < 2
                ? null
                : "Contexts differ ("
                        + contexts.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " tokens), and a longer one lowers the loss by itself.";
    }

    private static String exponents() {
        return "Exponents of N_opt compare between all groups: each counts N without embeddings and C as 6ND where it is"
                + " known.";
    }

    /** The lowest loss at the common compute and the next; null with fewer than two. */
    private static String lowest(List<Row> rows, Double flops) {
        List<Row> ranked = rows.stream()
                .filter(row -> row.loss() != null && row.loss().value() != null)
                .sorted(Comparator.comparingDouble(row -> row.loss().value()))
                .toList();
        if (ranked.size() < 2) {
            return null;
        }
        Row first = ranked.get(0);
        Row second = ranked.get(1);
        Double high = first.loss().high();
        Double low = second.loss().low();
        return "At " + Numbers.flops(flops) + " FLOPs, the largest compute that all frontiers reach, " + first.group()
                + " has the lowest loss, " + withInterval(first.loss()) + " nats per token, and " + second.group()
                + " the next, " + withInterval(second.loss())
                + (high == null || low == null
                        ? "."
                        : high < low ? "; the intervals are apart." : "; the intervals overlap.");
    }

    private static String withInterval(Estimate loss) {
        return Numbers.loss(loss.value())
                + (loss.low() == null && loss.high() == null ? "" : " (" + Numbers.interval(loss, Numbers::loss) + ")");
    }

    private static List<String> tasks(List<Reports.Part> parts) {
        return parts.stream()
                .map(part -> part.group().taskInWords())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static Stream<Run> runs(List<Reports.Part> parts) {
        return parts.stream().flatMap(part -> part.report().table().runs().stream());
    }
}
