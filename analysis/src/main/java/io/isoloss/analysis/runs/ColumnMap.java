package io.isoloss.analysis.runs;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.text.similarity.JaroWinklerDistance;

/** Which header of a source table stands for which column of the runs table. Case and punctuation do not count. */
final class ColumnMap {
    private static final RecordColumns<Run> COLUMNS = new RecordColumns<>(Run.class);
    private static final int MOST_PROBLEMS = 8;

    private static final Map<String, List<String>> USUAL_NAMES = usualNames();

    private final String source;
    private final Map<String, String> headers;

    private ColumnMap(String source, Map<String, String> headers) {
        this.source = source;
        this.headers = headers;
    }

    private static Map<String, List<String>> usualNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        COLUMNS.types().keySet().forEach(column -> names.put(column, new ArrayList<>(List.of(column))));
        names.get("run_id").addAll(List.of("name", "run name", "id"));
        names.get("total_params")
                .addAll(List.of("params", "N", "model size", "parameters", "param count", "num params"));
        names.get("tokens").addAll(List.of("D", "training tokens", "train tokens"));
        names.get("flops_6nd").addAll(List.of("flops", "C", "compute", "training flop", "training flops"));
        names.get("budget_flops").addAll(List.of("budget", "flops budget"));
        names.get("loss_nats_per_token").addAll(List.of("loss", "validation loss", "val loss", "final loss"));
        return names;
    }

    /**
     * Finds the columns among {@code sourceHeaders}.
     *
     * @param overrides column or usual name to header
     * @throws IsolossException of kind BAD_INPUT if N, the loss, or both D and C are missing, or an override fits
     *     nothing
     */
    static ColumnMap of(String source, Collection<String> sourceHeaders, Map<String, String> overrides) {
        Map<String, String> byKey = new HashMap<>();
        sourceHeaders.forEach(header -> byKey.putIfAbsent(key(header), header));
        Map<String, String> headers = new HashMap<>();
        USUAL_NAMES.forEach((column, names) -> names.stream()
                .map(name -> byKey.get(key(name)))
                .filter(header -> header != null)
                .findFirst()
                .ifPresent(header -> headers.put(column, header)));
        overrides.forEach((name, header) -> {
            String column = columnOf(name);
            if (!sourceHeaders.contains(header)) {
                throw missing(source, "column '" + header + "' (mapped to " + name + ")", header, sourceHeaders);
            }
            if (column.equals("total_params") && !overrides.containsKey("non_embedding_params")) {
                headers.remove("non_embedding_params"); // would otherwise win over the N that the user names
            }
            headers.put(column, header);
        });
        ColumnMap map = new ColumnMap(source, headers);
        if (!map.has("loss_nats_per_token")) {
            throw missing(source, "loss", "loss", sourceHeaders);
        }
        if (!map.has("total_params") && !map.has("non_embedding_params")) {
            throw missing(source, "params", "params", sourceHeaders);
        }
        if (!map.has("tokens") && !map.has("flops_6nd") && !map.has("flops_exact") && !map.has("budget_flops")) {
            throw missing(source, "tokens or flops", "tokens", sourceHeaders);
        }
        return map;
    }

    /**
     * Every row as a run; D = C/(6N) where D is not given. A name that an earlier row has is told apart by its line.
     *
     * @throws IsolossException of kind BAD_INPUT naming each bad line (the first eight)
     */
    List<Run> runs(List<SourceRow> rows) {
        List<Run> runs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SourceRow row : rows) {
            try {
                runs.add(run(row, names));
            } catch (IllegalArgumentException e) {
                problems.add(row.where() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            String more = problems.size() > MOST_PROBLEMS ? "; and " + (problems.size() - MOST_PROBLEMS) + " more" : "";
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot read runs from " + source + ": "
                            + String.join("; ", problems.subList(0, Math.min(MOST_PROBLEMS, problems.size()))) + more
                            + ".");
        }
        return runs;
    }

    private Run run(SourceRow row, Set<String> names) {
        Map<String, Object> values = new HashMap<>();
        COLUMNS.types().forEach((column, type) -> values.put(column, value(row, column, type)));
        values.putIfAbsent("run_id", source.replaceAll(".*[/\\\\]", "") + " " + row.where());
        boolean key = "run_id".equals(headers.get("run_id")); // a key is unique, a name need not be
        if (!names.add(values.get("run_id").toString()) && !key) {
            values.merge("run_id", " " + row.where(), (name, place) -> name.toString() + place);
        }
        values.putIfAbsent("outcome", Run.COMPLETED);
        values.computeIfAbsent("tokens", column -> derivedTokens(values));
        if (values.get("outcome").equals(Run.COMPLETED) && values.get("loss_nats_per_token") == null) {
            throw new IllegalArgumentException("no loss of a completed run");
        }
        return COLUMNS.assemble(values::get);
    }

    private static Double derivedTokens(Map<String, Object> values) {
        Number params = first(values, "non_embedding_params", "total_params");
        Number flops = first(values, "flops_6nd", "flops_exact", "budget_flops");
        return params == null || flops == null ? null : (Double) (flops.doubleValue() / (6 * params.doubleValue()));
    }

    private static Number first(Map<String, Object> values, String... columns) {
        for (String column : columns) {
            if (values.get(column) != null) {
                return (Number) values.get(column);
            }
        }
        return null;
    }

    private Object value(SourceRow row, String column, Class<?> type) {
        Object value = row.values().get(headers.get(column));
        if (!(value instanceof String text)) {
            return type == String.class || value == null || value instanceof Number ? value : notANumber(column, value);
        }
        if (text.isBlank()) {
            return null;
        }
        if (type == String.class) {
            return text;
        }
        try {
            return text.matches("-?[0-9]{1,18}") ? (Number) Long.valueOf(text) : (Number) Double.valueOf(text);
        } catch (NumberFormatException e) {
            return notANumber(column, text);
        }
    }

    private Object notANumber(String column, Object value) {
        throw new IllegalArgumentException(headers.get(column) + " is '" + value + "', not a number");
    }

    private boolean has(String column) {
        return headers.containsKey(column);
    }

    private static String columnOf(String name) {
        return USUAL_NAMES.entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().anyMatch(usual -> key(usual).equals(key(name))))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot map column '" + name + "': no such column; nearest is '"
                                + nearest(name, USUAL_NAMES.keySet()) + "'."));
    }

    private static IsolossException missing(String source, String what, String name, Collection<String> sourceHeaders) {
        return new IsolossException(
                Kind.BAD_INPUT,
                "Cannot read runs from " + source + ": no " + what + " among the headers "
                        + String.join(", ", sourceHeaders) + "; nearest is '" + nearest(name, sourceHeaders)
                        + "', name the right one with --map.");
    }

    private static String nearest(String name, Collection<String> candidates) {
        JaroWinklerDistance distance = new JaroWinklerDistance();
        return candidates.stream()
                .min(Comparator.comparingDouble(candidate -> distance.apply(key(name), key(candidate))))
                .orElse("none");
    }

    private static String key(String header) {
        return header.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
