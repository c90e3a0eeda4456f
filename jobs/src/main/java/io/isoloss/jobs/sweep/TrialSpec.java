package io.isoloss.jobs.sweep;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isoloss.jobs.corpus.CorpusIdentity;
import io.isoloss.jobs.corpus.Task;
import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Everything that can change the result of a trial, and nothing else: names, priorities and output paths stay outside.
 *
 * @param schemaVersion version of this specification; a change of meaning raises it, so that old runs are not reused
 * @param init where training begins; null for random weights
 */
public record TrialSpec(int schemaVersion, CorpusIdentity corpus, Task task, ModelShape shape, Recipe recipe, Init init)
        implements Serializable {

    public static final int CURRENT_SCHEMA = 2;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    public TrialSpec {
        if (schemaVersion < 1 || corpus == null || task == null || shape == null || recipe == null) {
            throw new IllegalArgumentException("Invalid trial specification (want a schema version of at least 1, a"
                    + " corpus, a task, a shape and a recipe): schema version " + schemaVersion);
        }
    }

    public TrialSpec(CorpusIdentity corpus, Task task, ModelShape shape, Recipe recipe) {
        this(CURRENT_SCHEMA, corpus, task, shape, recipe, null);
    }

    /** The same from other weights. */
    public TrialSpec from(Init other) {
        return new TrialSpec(schemaVersion, corpus, task, shape, recipe, other);
    }

    /** Reads what {@link #canonicalJson} wrote. */
    public static TrialSpec parse(String canonicalJson) throws JsonProcessingException {
        return MAPPER.readValue(canonicalJson, TrialSpec.class);
    }

    /** Keys in snake case and sorted, those without a value left out, no white space, doubles as {@link Double#toString(double)} writes them. */
    public String canonicalJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of the canonical JSON in UTF-8: 64 hex digits. */
    public String runId() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(canonicalJson().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
