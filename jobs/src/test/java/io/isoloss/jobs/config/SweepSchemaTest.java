package io.isoloss.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepSchemaTest {

    private static final Path FILE = Path.of(System.getProperty("isoloss.home"), "sweep-configs/sweep.schema.json");

    @Test
    void describesEveryKey() throws IOException {
        JsonNode root = new JsonMapper().readTree(FILE.toFile());
        List<String> undescribed = new ArrayList<>();
        collectUndescribed(root, root, "", undescribed);
        assertThat(undescribed).isEmpty();
    }

    /** The file that editors use is the one that the program checks with. */
    @Test
    void isPackagedAsItStands() throws IOException {
        var mapper = new JsonMapper();
        try (var in = SweepSchema.class.getResourceAsStream("sweep.schema.json")) {
            assertThat(mapper.readTree(in)).isEqualTo(mapper.readTree(FILE.toFile()));
        }
    }

    @Test
    void passesTheTreeThatItFilled() throws IOException {
        JsonNode tree = new JsonMapper()
                .readTree("{\"name\":\"a\",\"corpus\":{\"kind\":\"synthetic\"},"
                        + "\"design\":{\"kind\":\"grid\",\"params\":[1],\"tokens\":[1]}}");
        var schema = SweepSchema.load();
        schema.fillDefaults(tree);
        assertThat(tree.at("/training/learning_rate/base").asDouble()).isEqualTo(0.008);
        // A batch bound needs at_tokens where a person writes it; the filler sets all bounds.
        ((ObjectNode) tree.at("/training/batch")).put("at_tokens", 1);
        assertThat(schema.check(tree)).isEmpty();
    }

    private static void collectUndescribed(JsonNode root, JsonNode rule, String path, List<String> undescribed) {
        rule.path("properties").fields().forEachRemaining(property -> {
            JsonNode value = property.getValue();
            JsonNode referred =
                    value.has("$ref") ? root.at(value.get("$ref").asText().substring(1)) : value;
            if (!value.has("description") && !referred.has("description") && !value.has("const")) {
                undescribed.add(path + "/" + property.getKey());
            }
        });
        for (var part : rule.properties()) {
            collectUndescribed(root, part.getValue(), path + "/" + part.getKey(), undescribed);
        }
        if (rule.isArray()) {
            rule.forEach(item -> collectUndescribed(root, item, path, undescribed));
        }
    }
}
