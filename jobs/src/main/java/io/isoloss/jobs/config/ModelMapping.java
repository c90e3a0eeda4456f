package io.isoloss.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoloss.jobs.model.Conv1dFamily;
import io.isoloss.jobs.model.Initialisation;
import io.isoloss.jobs.model.Initialisation.Scheme;
import io.isoloss.jobs.model.LstmFamily;
import io.isoloss.jobs.model.MlpFamily;
import io.isoloss.jobs.model.ModelFamily;
import io.isoloss.jobs.model.Normalisation;
import io.isoloss.jobs.model.TransformerFamily;
import io.isoloss.jobs.sweep.ShapeSearch;
import java.util.Locale;

/** From the mapping of a model, checked and filled, to its family and the search for shapes in it. */
final class ModelMapping {

    private ModelMapping() {}

    static ShapeSearch shapes(JsonNode model, int vocabulary, int outputs) {
        return new ShapeSearch(
                family(model, vocabulary, outputs),
                model.get("aspect").asInt(),
                model.get("width_multiple").asInt());
    }

    private static ModelFamily family(JsonNode model, int vocabulary, int outputs) {
        int context = model.get("context").asInt();
        String family = model.get("family").asText();
        if (family.equals("transformer")) {
            return new TransformerFamily(model.get("head_width").asInt(), context, vocabulary, outputs);
        }
        Normalisation normalisation =
                Normalisation.valueOf(model.get("normalisation").asText().toUpperCase(Locale.ROOT));
        Initialisation initialisation = initialisation(model.get("initialisation"));
        return switch (family) {
            case "lstm" -> new LstmFamily(context, vocabulary, outputs, normalisation, initialisation);
            case "conv1d" ->
                new Conv1dFamily(
                        context,
                        vocabulary,
                        outputs,
                        model.get("kernel").asInt(),
                        model.get("separable").asBoolean(),
                        normalisation,
                        initialisation);
            case "mlp" ->
                new MlpFamily(context, vocabulary, outputs, model.get("window").asInt(), normalisation, initialisation);
            default -> throw new IllegalStateException("The schema lets no family '" + family + "' pass");
        };
    }

    private static Initialisation initialisation(JsonNode value) {
        return value.isTextual()
                ? new Initialisation(Scheme.valueOf(value.asText().toUpperCase(Locale.ROOT)), null)
                : new Initialisation(Scheme.NORMAL, value.asDouble());
    }
}
