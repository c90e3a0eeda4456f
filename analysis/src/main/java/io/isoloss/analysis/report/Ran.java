package io.isoloss.analysis.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.report.HtmlTable.Cell;
import io.isoloss.analysis.runs.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was run, on what, how long: totals, what the specifications share, and every run. */
final class Ran {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Distinct values listed before a count stands for the rest. */
    private static final int VALUES_LISTED = 6;

    private final List<Run> runs;

    Ran(Report report) {
        this.runs = report.table().runs();
    }

    String html() {
        return runs.isEmpty()
                ? "<p class=\"missing\">The table holds no run.</p>\n"
                : totals() + "<details><summary>Shared specification</summary>" + specification() + "</details>\n"
                        + everyRun();
    }

    private String totals() {
        HtmlTable table = new HtmlTable("Provenance and totals", false, List.of("What", "Value"));
        entry(
                table,
                "Runs by outcome",
                runs.stream()
                        .collect(Collectors.groupingBy(Run::outcome, TreeMap::new, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        entry(table, "Device seconds", sum(run -> run.cost().deviceSeconds(), Numbers::seconds));
        entry(table, "Wall time, summed over runs", sum(run -> run.cost().wallSeconds(), Numbers::seconds));
        entry(table, "First start to last end", elapsed());
        entry(table, "FLOPs as 6ND", sum(run -> run.compute().flops6nd(), Numbers::flops));
        entry(table, "FLOPs counted by layer", sum(run -> run.compute().flopsExact(), Numbers::flops));
        entry(table, "Training tokens", sum(Run::tokens, Numbers::count));
        optional(table, "Energy, joules", sum(run -> run.cost().energyJoules(), Numbers::plain));
        optional(table, "CO2 equivalent, grams", sum(run -> run.cost().co2Grams(), Numbers::plain));
        optional(table, "Cost, USD", sum(run -> run.cost().usd(), Numbers::plain));
        entry(table, "Device", values(run -> run.provenance().device()));
        entry(table, "Host", values(run -> run.provenance().host()));
        entry(table, "Libraries", values(run -> run.provenance().libraries()));
        entry(table, "Code version", values(run -> run.provenance().codeVersion()));
        entry(table, "Family", values(run -> run.identity().family()));
        entry(table, "Seeds", values(run -> run.identity().seed()));
        entry(
                table,
                "Started at",
                runs.stream()
                        .map(run -> run.provenance().startedAt())
                        .filter(Objects::nonNull)
                        .min(Comparator.comparing(Instant::parse))
                        .orElse(null));
        return table.end();
    }

    /** A total, and over how many runs where not all were measured; null if none was. */
    private String sum(Function<Run, Double> quantity, DoubleFunction<String> format) {
        List<Double> known =
                runs.stream().map(quantity).filter(Objects::nonNull).toList();
        if (known.isEmpty()) {
            return null;
        }
        String total =
                format.apply(known.stream().mapToDouble(Double::doubleValue).sum());
        return known.size() == runs.size() ? total : total + " over " + known.size() + " of " + runs.size() + " runs";
    }

    private String elapsed() {
        List<Run> timed = runs.stream()
                .filter(run ->
                        run.provenance().startedAt() != null && run.cost().wallSeconds() != null)
                .toList();
        if (timed.isEmpty()) {
            return null;
        }
        Instant first = timed.stream().map(Ran::start).min(Instant::compareTo).orElseThrow();
        Instant last = timed.stream()
                .map(run -> start(run).plusMillis(Math.round(1000 * run.cost().wallSeconds())))
                .max(Instant::compareTo)
                .orElseThrow();
        return Numbers.seconds(Duration.between(first, last).toMillis() / 1000.0);
    }

    private static Instant start(Run run) {
        return Instant.parse(run.provenance().startedAt());
    }

    private String values(Function<Run, ?> quantity) {
        List<String> distinct = runs.stream()
                .map(quantity)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .distinct()
                .sorted()
                .toList();
        if (distinct.isEmpty()) {
            return null;
        }
        String listed = distinct.stream().limit(VALUES_LISTED).collect(Collectors.joining("; "));
        return distinct.size() <= VALUES_LISTED
                ? listed
                : listed + "; and " + (distinct.size() - VALUES_LISTED) + " more";
    }

    /** What every run's canonical specification has in common, and which keys vary. */
    private String specification() {
        Map<String, Set<String>> values = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        List<JsonNode> roots =
                runs.stream().map(Ran::specification).flatMap(Optional::stream).toList();
        roots.forEach(root -> flatten("", root, values, counts));
        int read = roots.size();
        if (read == 0) {
            return "<p class=\"missing\">No run carries its specification.</p>";
        }
        HtmlTable table = new HtmlTable(
                "The same in "
                        + (read == runs.size()
                                ? "every run"
                                : "the " + read + " of " + runs.size() + " runs that carry a specification"),
                false,
                List.of("Key", "Value"));
        List<String> varying = new ArrayList<>();
        values.forEach((key, distinct) -> {
            if (distinct.size() == 1 && counts.get(key) == read) {
                entry(table, key, distinct.iterator().next());
            } else {
                varying.add(key + " (" + Prose.plural(distinct.size(), "value") + ")");
            }
        });
        return table.end() + (varying.isEmpty() ? "" : Prose.paragraph("Varies: " + String.join(", ", varying) + "."));
    }

    /** Empty where an imported table holds other text, or none. */
    static Optional<JsonNode> specification(Run run) {
        String text = run.identity().specification();
        try {
            return Optional.ofNullable(text == null ? null : JSON.readTree(text))
                    .filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static void flatten(
            String path, JsonNode node, Map<String, Set<String>> values, Map<String, Integer> counts) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue(),
                            values,
                            counts));
        } else {
            values.computeIfAbsent(path, key -> new TreeSet<>())
                    .add(node.isValueNode() ? node.asText() : node.toString());
            counts.merge(path, 1, Integer::sum);
        }
    }

    private String everyRun() {
        HtmlTable table = new HtmlTable(
                "Every run",
                true,
                List.of(
                        "Run",
                        "Outcome",
                        "N",
                        "D",
                        "C, FLOPs as 6ND",
                        "FLOPs by layer",
                        "Loss, nats per token",
                        "Standard error",
                        "Learning rate",
                        "Batch, sequences",
                        "Steps",
                        "Seconds",
                        "Tokens/s",
                        "Seed",
                        "Id"));
        for (Run run : runs) {
            table.row(
                    Cell.text(run.label()),
                    Cell.badge(run.outcome()),
                    Cell.number(run.params(), Numbers::count),
                    Cell.number(run.tokens(), Numbers::count),
                    Cell.number(run.compute().flops6nd(), Numbers::flops),
                    Cell.number(run.compute().flopsExact(), Numbers::flops),
                    Cell.number(run.loss(), Numbers::loss),
                    Cell.number(run.quality().lossStandardError(), Numbers::loss),
                    Cell.number(run.provenance().peakLearningRate(), Numbers::setting),
                    Cell.number(run.provenance().batchSequences(), Numbers::count),
                    Cell.number(run.provenance().steps(), steps -> String.valueOf((long) steps)),
                    Cell.number(run.cost().wallSeconds(), Numbers::plain),
                    Cell.number(run.cost().tokensPerSecond(), Numbers::count),
                    Cell.text(
                            run.identity().seed() == null
                                    ? null
                                    : String.valueOf(run.identity().seed())),
                    Cell.text(run.id().substring(0, Math.min(12, run.id().length()))));
        }
        return table.end();
    }

    private static void entry(HtmlTable table, String what, String value) {
        table.row(Cell.text(what), Cell.text(value == null ? "not recorded" : value));
    }

    private static void optional(HtmlTable table, String what, String value) {
        if (value != null) {
            entry(table, what, value);
        }
    }
}
