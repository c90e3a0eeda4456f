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
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.JaroWinklerDistance;

/** Which header of a source table stands for which column of the runs table. Case and punctuation do not count. */
final class ColumnMap {
    private static final RecordColumns<Run> COLUMNS = new RecordColumns<>(Run.class);
    /** Columns that tell N, and those that tell C, the one to prefer first. */
    private static final List<String> PARAMS = List.of("non_embedding_params", "total_params");

    private static final List<String> FLOPS = List.of("flops_6nd", "flops_exact", "budget_flops");

    private static final Map<String, List<String>> USUAL_NAMES = usualNames();
    /** Names that --map understands, though under a header of theirs a table often holds something else. */
    private static final Map<String, String> SHORT_NAMES = Map.of("error", "downstream_error", "u", "unique_tokens");

    private final String source;
    private final Map<String, String> headers;
    private final Map<String, Double> scales;
    private final Reading reading;
    private final Set<String> required;

    private ColumnMap(String source, Map<String, String> headers, Map<String, Double> scales, Reading reading) {
        this.source = source;
        this.headers = headers;
        this.scales = scales;
        this.reading = reading;
        this.required = reading.required().stream().map(ColumnMap::columnOf).collect(Collectors.toSet());
    }

    private static Map<String, List<String>> usualNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        COLUMNS.types().keySet().forEach(column -> names.put(column, new ArrayList<>(List.of(column))));
        names.get("run_id").addAll(List.of("name", "run name", "id"));
        names.get("family").addAll(List.of("group", "model family"));
        names.get("seed").add("random seed");
        names.get("total_params")
                .addAll(List.of("params", "N", "model size", "parameters", "param count", "num params"));
        names.get("tokens").addAll(List.of("D", "training tokens", "train tokens", "seen examples", "examples seen"));
        names.get("unique_tokens").addAll(List.of("distinct tokens", "unique data"));
        names.get("flops_6nd").addAll(List.of("flops", "C", "compute", "training flop", "training flops"));
        names.get("budget_flops").addAll(List.of("budget", "flops budget"));
        names.get("loss_nats_per_token").addAll(List.of("loss", "validation loss", "val loss", "final loss"));
        names.get("loss_standard_error")
                .addAll(List.of("loss se", "loss stderr", "loss std err", "loss sem", "standard error"));
        names.get("downstream_error").addAll(List.of("task error", "average error", "error rate"));
        names.get("accuracy").add("acc");
        names.get("bits").addAll(List.of("serving bits", "weight bits", "post training bits", "quantization bits"));
        names.get("training_bits").addAll(List.of("train bits", "training precision bits"));
        names.get("teacher_loss_nats_per_token").add("teacher loss");
        return names;
    }

    /**
     * Finds the columns among {@code sourceHeaders}.
     *
     * @throws IsolossException of kind BAD_INPUT if a required column is missing, or an override or scale fits nothing
     */
    static ColumnMap of(String source, Collection<String> sourceHeaders, Reading reading) {
        Map<String, String> byKey = new HashMap<>();
        sourceHeaders.forEach(header -> byKey.putIfAbsent(key(header), header));
        Map<String, String> headers = new HashMap<>();
        USUAL_NAMES.forEach((column, names) -> names.stream()
                .map(name -> byKey.get(key(name)))
                .filter(header -> header != null)
                .findFirst()
                .ifPresent(header -> headers.put(column, header)));
        headers.values().removeAll(reading.columns().values()); // a header stands for what the user says alone
        reading.columns().forEach((name, header) -> {
            String column = columnOf(name);
            if (!sourceHeaders.contains(header)) {
                throw missing(
                        source, "column '" + header + "' (mapped to " + name + ")", List.of(header), sourceHeaders);
            }
            if (column.equals("total_params") && !reading.columns().containsKey("non_embedding_params")) {
                headers.remove("non_embedding_params"); // would otherwise win over the N that the user names
            }
            headers.put(column, header);
        });
        Map<String, Double> scales = new HashMap<>();
        reading.scales().forEach((name, factor) -> scales.put(columnOf(name), factor));
        ColumnMap map = new ColumnMap(source, headers, scales, reading);
        map.scales.keySet().forEach(column -> map.checkScale(column, sourceHeaders));
        reading.required().stream().sorted().forEach(name -> map.require(name, sourceHeaders));
        return map;
    }

    /** Whether these are the headers of a runs table that Isoloss wrote, whose units and rows are beyond doubt. */
    static boolean ours(Collection<String> sourceHeaders) {
        return sourceHeaders.containsAll(
                List.of("run_id", "outcome", "total_params", "tokens", "flops_6nd", "loss_nats_per_token"));
    }

    private void require(String name, Collection<String> sourceHeaders) {
        String column = columnOf(name);
        boolean present = switch (column) {
            case "total_params" -> hasAny(PARAMS);
            case "tokens" -> has("tokens") || (hasAny(FLOPS) && hasAny(PARAMS));
            case "flops_6nd" -> hasAny(FLOPS) || (has("tokens") && hasAny(PARAMS));
            case "downstream_error" -> has("downstream_error") || has("accuracy");
            default -> has(column);
        };
        if (!present) {
            String what = column.equals("tokens") && hasAny(PARAMS) ? "tokens or flops" : name;
            throw missing(source, what, USUAL_NAMES.get(column), sourceHeaders);
        }
    }

    private void checkScale(String column, Collection<String> sourceHeaders) {
        boolean number = COLUMNS.types().get(column) == Double.class;
        if (!number || group(column).stream().noneMatch(this::has)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot scale column '" + column + "' of " + source + ": "
                            + (number
                                    ? "no such column among the headers " + String.join(", ", sourceHeaders)
                                            + "; name it with --map."
                                    : "it holds no amounts; scale params, tokens or flops."));
        }
    }

    /** A scale of N or C holds for each column that tells N or C. */
    private static List<String> group(String column) {
        return column.equals("total_params") ? PARAMS : column.equals("flops_6nd") ? FLOPS : List.of(column);
    }

    private double scale(String column) {
        Double own = scales.get(column);
        if (own != null) {
            return own;
        }
        String head = PARAMS.contains(column) ? "total_params" : FLOPS.contains(column) ? "flops_6nd" : column;
        return scales.getOrDefault(head, 1.0);
    }

    /** The header under which the table gives a column; null if it gives none. */
    String header(String column) {
        return headers.get(column);
    }

    /**
     * Every row as a run; D = C/(6N) where D is not given. A name that an earlier row has is told apart by its line.
     *
     * @throws IsolossException of kind BAD_INPUT naming each bad line (the first eight)
     */
    List<TableRow> rows(List<SourceRow> sourceRows) {
        List<TableRow> rows = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SourceRow row : sourceRows) {
            try {
                rows.add(understood(row, names));
            } catch (IllegalArgumentException e) {
                problems.add(row.where() + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw TableRow.refused(source, TableRow.listed(problems, "; ") + ".");
        }
        return rows;
    }

    private TableRow understood(SourceRow row, Set<String> names) {
        Map<String, Object> values = new HashMap<>();
        COLUMNS.types().forEach((column, type) -> values.put(column, value(row, column, type)));
        boolean key = "run_id".equals(headers.get("run_id")); // a key is unique, a name need not be
        String name = values.get("run_id") == null ? null : values.get("run_id").toString();
        if (name == null) {
            values.put("run_id", source.replaceAll(".*[/\\\\]", "") + " " + row.where());
        } else if (!key) {
            values.putIfAbsent("recipe", name);
        }
        if (!names.add(values.get("run_id").toString()) && !key) {
            values.merge("run_id", " " + row.where(), (given, place) -> given.toString() + place);
        }
        values.putIfAbsent("outcome", Run.COMPLETED);
        lossInNats(values);
        String tokensFrom = null;
        if (values.get("tokens") == null && first(values, PARAMS) != null && first(values, FLOPS) != null) {
            tokensFrom = first(values, FLOPS);
            values.put("tokens", number(values, tokensFrom) / (6 * number(values, first(values, PARAMS))));
        }
        if (values.get("outcome").equals(Run.COMPLETED)
                && values.get("loss_nats_per_token") == null
                && required.contains("loss_nats_per_token")) {
            throw new IllegalArgumentException("no loss of a completed run");
        }
        return new TableRow(row.where(), COLUMNS.assemble(values::get), name, tokensFrom);
    }

    private void lossInNats(Map<String, Object> values) {
        if (reading.lossUnit() == Reading.LossUnit.NATS) {
            return;
        }
        if (values.get("loss_nats_per_token") != null && values.get("loss_standard_error") != null) {
            values.put(
                    "loss_standard_error",
                    reading.lossUnit()
                            .natsError(number(values, "loss_nats_per_token"), number(values, "loss_standard_error")));
        }
        for (String loss : List.of("loss_nats_per_token", "teacher_loss_nats_per_token")) {
            if (values.get(loss) != null) {
                values.put(loss, reading.lossUnit().nats(number(values, loss)));
            }
        }
    }

    /** The first of these columns that has a value; null if none has. */
    private static String first(Map<String, Object> values, List<String> columns) {
        return columns.stream()
                .filter(column -> values.get(column) != null)
                .findFirst()
                .orElse(null);
    }

    private static double number(Map<String, Object> values, String column) {
        return ((Number) values.get(column)).doubleValue();
    }

    private Object value(SourceRow row, String column, Class<?> type) {
        Object value = unscaled(row, column, type);
        double scale = scale(column);
        return scale == 1 || !(value instanceof Number number) ? value : (Object) (number.doubleValue() * scale);
    }

    private Object unscaled(SourceRow row, String column, Class<?> type) {
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

    private boolean hasAny(List<String> columns) {
        return columns.stream().anyMatch(this::has);
    }

    /**
     * The column that a name stands for.
     *
     * @throws IsolossException of kind BAD_INPUT if there is none
     */
    private static String columnOf(String name) {
        if (SHORT_NAMES.containsKey(key(name))) {
            return SHORT_NAMES.get(key(name));
        }
        return USUAL_NAMES.entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().anyMatch(usual -> key(usual).equals(key(name))))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot map column '" + name + "': no such column; nearest is '"
                                + nearest(List.of(name), USUAL_NAMES.keySet()) + "'."));
    }

    private static IsolossException missing(
            String source, String what, List<String> names, Collection<String> sourceHeaders) {
        return TableRow.refused(
                source,
                "no " + what + " among the headers " + String.join(", ", sourceHeaders) + "; nearest is '"
                        + nearest(names, sourceHeaders) + "', name the right one with --map.");
    }

    /** The candidate that is nearest to any of the names. */
    private static String nearest(List<String> names, Collection<String> candidates) {
        JaroWinklerDistance distance = new JaroWinklerDistance();
        return candidates.stream()
                .min(Comparator.comparingDouble(candidate -> names.stream()
                        .mapToDouble(name -> distance.apply(key(name), key(candidate)))
                        .min()
                        .orElseThrow()))
                .orElse("none");
    }

    private static String key(String header) {
        return header.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
