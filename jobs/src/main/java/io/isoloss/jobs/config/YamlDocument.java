package io.isoloss.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * YAML as a JSON tree that remembers where everything stood. Scalars follow the core schema of YAML 1.2: {@code 3e10} is a
 * number and {@code no} is text.
 */
final class YamlDocument {

    private static final int DEEPEST = 20;
    /** Ten aliases repeat a file at most some forty times. */
    private static final int MOST_ALIASES = 10;

    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final BigDecimal LARGEST_INTEGER = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final int MOST_DIGITS = 400;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String file;
    private final Map<String, Mark> keys = new HashMap<>();
    private final Map<String, Mark> values = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private JsonNode tree = JSON.nullNode();

    private YamlDocument(String file) {
        this.file = file;
    }

    /** Reads what it can; {@link #problems} has the rest. */
    static YamlDocument parse(String file, String text) {
        var document = new YamlDocument(file);
        var limits = new LoaderOptions();
        limits.setNestingDepthLimit(DEEPEST);
        limits.setMaxAliasesForCollections(MOST_ALIASES);
        try {
            Node root = new Yaml(limits).compose(new StringReader(text));
            if (root == null) {
                document.problems.add(new Problem(file, 1, 1, "the file is empty"));
            } else {
                document.tree = document.convert(root, "");
            }
        } catch (MarkedYAMLException e) {
            document.problem(e.getProblemMark(), "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            document.problems.add(new Problem(file, 1, 1, "not YAML: " + e.getMessage()));
        }
        return document;
    }

    JsonNode tree() {
        return tree;
    }

    List<Problem> problems() {
        return problems;
    }

    /** Gives a finding its place: its own, or that of the nearest thing around it that the file has. */
    Problem place(Finding finding) {
        String pointer = finding.pointer();
        Mark mark = finding.atKey() && keys.containsKey(pointer) ? keys.get(pointer) : values.get(pointer);
        while (mark == null && !pointer.isEmpty()) {
            pointer = pointer.substring(0, pointer.lastIndexOf('/'));
            mark = keys.getOrDefault(pointer, values.get(pointer));
        }
        return mark == null
                ? new Problem(file, 1, 1, finding.message())
                : new Problem(file, mark.getLine() + 1, mark.getColumn() + 1, finding.message());
    }

    private void problem(Mark mark, String message) {
        problems.add(
                mark == null
                        ? new Problem(file, 1, 1, message)
                        : new Problem(file, mark.getLine() + 1, mark.getColumn() + 1, message));
    }

    private JsonNode convert(Node node, String pointer) {
        values.put(pointer, node.getStartMark());
        if (node.isTwoStepsConstruction()) {
            problem(node.getStartMark(), "an alias that contains itself");
            return JSON.nullNode();
        }
        if (node instanceof MappingNode mapping) {
            return convertMapping(mapping, pointer);
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JSON.arrayNode();
            for (Node item : sequence.getValue()) {
                array.add(convert(item, pointer + "/" + array.size()));
            }
            return array;
        }
        var scalar = (ScalarNode) node;
        return scalar.getScalarStyle() == ScalarStyle.PLAIN
                ? plain(scalar.getValue())
                : JSON.textNode(scalar.getValue());
    }

    private ObjectNode convertMapping(MappingNode mapping, String pointer) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple entry : mapping.getValue()) {
            Node key = entry.getKeyNode();
            if (!(key instanceof ScalarNode scalar)) {
                problem(key.getStartMark(), "a key that is not text");
                continue;
            }
            String name = scalar.getValue();
            String child = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            Mark earlier = keys.putIfAbsent(child, key.getStartMark());
            if (object.has(name)) {
                problem(key.getStartMark(), "duplicate key '" + name + "'; it is on line " + (earlier.getLine() + 1));
            } else {
                object.set(name, convert(entry.getValueNode(), child));
            }
        }
        return object;
    }

    private static JsonNode plain(String text) {
        switch (text) {
            case "", "~", "null" -> {
                return JSON.nullNode();
            }
            case "true", "false" -> {
                return JSON.booleanNode(text.equals("true"));
            }
            default -> {
                return text.length() <= MOST_DIGITS && NUMBER.matcher(text).matches()
                        ? number(text)
                        : JSON.textNode(text);
            }
        }
    }

    /** Whole numbers become integers however they are written, so that 2e6 tokens is as good as 2000000. */
    private static JsonNode number(String text) {
        double value = Double.parseDouble(text);
        if (Math.abs(value) <= LARGEST_INTEGER.doubleValue()) {
            BigDecimal exact = new BigDecimal(text.endsWith(".") ? text + "0" : text);
            boolean whole =
                    value == Math.rint(value) && exact.stripTrailingZeros().scale() <= 0;
            if (whole && exact.abs().compareTo(LARGEST_INTEGER) <= 0) {
                return JSON.numberNode(exact.longValueExact());
            }
        }
        return JSON.numberNode(value);
    }
}
