package io.isoloss.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;
import io.isoloss.jobs.sweep.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The one truth about keys, types, ranges and defaults: {@code sweep.schema.json}. */
final class SweepSchema {

    private static final String RESOURCE = "sweep.schema.json";
    private static final int LONGEST_SHOWN = 40;

    private final JsonNode root;
    private final Schema schema;

    private SweepSchema(JsonNode root) {
        this.root = root;
        this.schema = SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(root);
    }

    static SweepSchema load() {
        try (InputStream in = SweepSchema.class.getResourceAsStream(RESOURCE)) {
            return new SweepSchema(new JsonMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Finding> check(JsonNode tree) {
        return schema.validate(tree).stream()
                .map(error -> finding(error, tree))
                .distinct()
                .toList();
    }

    /** Sets every key that has a default and is not there. The tree must have passed the check. */
    void fillDefaults(JsonNode tree) {
        fill(root, tree);
    }

    private void fill(JsonNode rule, JsonNode value) {
        if (rule.has("$ref")) {
            fill(referred(rule), value);
        }
        if (value instanceof ObjectNode object) {
            rule.path("properties").fields().forEachRemaining(property -> {
                JsonNode fallback = fallback(property.getValue());
                if (!object.has(property.getKey()) && fallback != null) {
                    object.set(property.getKey(), fallback.deepCopy());
                }
                if (object.has(property.getKey())) {
                    fill(property.getValue(), object.get(property.getKey()));
                }
            });
        }
        if (value.isArray() && rule.has("items")) {
            value.forEach(item -> fill(rule.get("items"), item));
        }
        rule.path("allOf").forEach(part -> fill(part, value));
        if (rule.has("if")) {
            fill(rule.path(holds(rule.get("if"), value) ? "then" : "else"), value);
        }
    }

    private JsonNode fallback(JsonNode rule) {
        if (rule.has("default")) {
            return rule.get("default");
        }
        return rule.has("$ref") ? referred(rule).get("default") : null;
    }

    /** The conditions that the schema uses: the value is a list or text, a key is there, a key has a value. */
    private static boolean holds(JsonNode condition, JsonNode value) {
        String type = condition.path("type").asText();
        if ((type.equals("array") && !value.isArray()) || (type.equals("string") && !value.isTextual())) {
            return false;
        }
        for (JsonNode required : condition.path("required")) {
            if (!value.has(required.asText())) {
                return false;
            }
        }
        for (var property : condition.path("properties").properties()) {
            if (!property.getValue().path("const").equals(value.path(property.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private JsonNode referred(JsonNode rule) {
        return root.at(rule.get("$ref").asText().substring(1));
    }

    private Finding finding(Error error, JsonNode tree) {
        String pointer = error.getInstanceLocation().toString();
        JsonNode rule = ruleOf(error.getSchemaLocation().getFragment());
        String key = error.getProperty();
        return switch (error.getKeyword()) {
            case "additionalProperties" -> Finding.atKey(pointer + "/" + escaped(key), unknownKey(key, rule));
            case "required" -> Finding.atKey(pointer, missingKey(key, pointer, rule));
            case "dependentRequired" ->
                Finding.atKey(
                        pointer,
                        name(pointer) + ": '" + error.getArguments()[1] + "' needs '" + error.getArguments()[0] + "'");
            default -> Finding.atValue(pointer, wrongValue(pointer, tree.at(pointer), rule));
        };
    }

    /** The schema object that holds the keyword at this place. */
    private JsonNode ruleOf(NodePath keyword) {
        JsonNode rule = root;
        for (int i = 0; i < keyword.getNameCount() - 1; i++) {
            Object element = keyword.getElement(i);
            rule = element instanceof Integer index ? rule.path(index) : rule.path(element.toString());
        }
        return rule;
    }

    private static String unknownKey(String key, JsonNode rule) {
        List<String> known = new ArrayList<>();
        rule.path("properties").fieldNames().forEachRemaining(known::add);
        return "unknown key '" + key + "'; "
                + NearMiss.of(key, known)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("the keys here are " + String.join(", ", known));
    }

    private String missingKey(String key, String pointer, JsonNode rule) {
        JsonNode property = rule.path("properties").path(key);
        String description = property.has("description") || !property.has("$ref")
                ? property.path("description").asText()
                : referred(property).path("description").asText();
        return "missing key '" + key + "'" + (pointer.isEmpty() ? "" : " in " + name(pointer))
                + (description.isEmpty() ? "" : " (" + description + ")");
    }

    private static String wrongValue(String pointer, JsonNode value, JsonNode rule) {
        String shown = written(value);
        if (shown.length() > LONGEST_SHOWN) {
            shown = shown.substring(0, LONGEST_SHOWN) + "...";
        }
        String message = name(pointer) + " is " + shown + "; want " + wanted(rule);
        List<String> choices = new ArrayList<>();
        rule.path("enum").forEach(choice -> choices.add(choice.asText()));
        return message
                + NearMiss.of(value.asText(), choices)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("");
    }

    private static String wanted(JsonNode rule) {
        if (rule.has("enum")) {
            List<String> choices = new ArrayList<>();
            rule.get("enum").forEach(choice -> choices.add(choice.asText()));
            return (choices.size() == 1 ? "" : "one of ") + String.join(", ", choices);
        }
        JsonNode type = rule.path("type");
        if (type.isArray()) {
            List<String> choices = new ArrayList<>();
            type.forEach(choice -> choices.add(wanted(rule, choice.asText())));
            return String.join(" or ", choices);
        }
        return wanted(rule, type.asText());
    }

    private static String wanted(JsonNode rule, String type) {
        return switch (type) {
            case "integer" -> "an integer" + range(rule);
            case "number" -> "a number" + range(rule);
            case "array" -> "a list" + length(rule);
            case "object" -> "a mapping of keys";
            default ->
                "text"
                        + (rule.has("pattern")
                                ? " that matches " + rule.get("pattern").asText()
                                : "");
        };
    }

    private static String range(JsonNode rule) {
        JsonNode above = rule.get("exclusiveMinimum");
        JsonNode least = rule.get("minimum");
        JsonNode below = rule.get("exclusiveMaximum");
        JsonNode most = rule.get("maximum");
        if (above == null && least == null) {
            return "";
        }
        if (below == null && most == null) {
            return above != null ? " above " + written(above) : " of at least " + written(least);
        }
        return " in "
                + (above != null ? "(" + written(above) : "[" + written(least))
                + ", "
                + (below != null ? written(below) + ")" : written(most) + "]");
    }

    private static String written(JsonNode value) {
        return value.isNumber() ? Quantity.exact(value.asDouble()) : value.toString();
    }

    private static String length(JsonNode rule) {
        boolean distinct = rule.path("uniqueItems").asBoolean();
        String least = rule.path("minItems").asText("0");
        String most = rule.path("maxItems").asText(null);
        if (least.equals("0") && !distinct) {
            return "";
        }
        return " of " + (least.equals(most) ? least : "at least " + least) + (distinct ? ", all different" : "");
    }

    /** A pointer as people write it: {@code design.budgets[0].flops}. */
    static String name(String pointer) {
        return pointer.isEmpty()
                ? "the file"
                : pointer.substring(1)
                        .replaceAll("/([0-9]+)", "[$1]")
                        .replace('/', '.')
                        .replace("~1", "/");
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
