package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A law with its parameters known, in single units. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "form")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Chinchilla.class, name = Chinchilla.NAME),
    @JsonSubTypes.Type(value = GeneralChinchilla.class, name = GeneralChinchilla.NAME),
    @JsonSubTypes.Type(value = OverTraining.class, name = OverTraining.NAME),
    @JsonSubTypes.Type(value = Kaplan.class, name = Kaplan.NAME),
    @JsonSubTypes.Type(value = PowerLaw.class, name = PowerLaw.NAME),
    @JsonSubTypes.Type(value = PowerLawFloor.class, name = PowerLawFloor.NAME),
    @JsonSubTypes.Type(value = BrokenPowerLaw.class, name = BrokenPowerLaw.NAME),
    @JsonSubTypes.Type(value = M4.class, name = M4.NAME),
    @JsonSubTypes.Type(value = DataConstrained.class, name = DataConstrained.NAME),
    @JsonSubTypes.Type(value = ConstrainedSurface.class, name = ConstrainedSurface.NAME),
    @JsonSubTypes.Type(value = Precision.class, name = Precision.NAME),
    @JsonSubTypes.Type(value = PrecisionSurface.class, name = PrecisionSurface.NAME),
    @JsonSubTypes.Type(value = Sparsity.class, name = Sparsity.NAME),
    @JsonSubTypes.Type(value = Distillation.class, name = Distillation.NAME),
    @JsonSubTypes.Type(value = ExponentialError.class, name = ExponentialError.NAME),
    @JsonSubTypes.Type(value = SigmoidError.class, name = SigmoidError.NAME)
})
public sealed interface ScalingLaw extends Serializable
        permits LossSurface,
                PowerLaw,
                PowerLawFloor,
                BrokenPowerLaw,
                M4,
                DataConstrained,
                Precision,
                Sparsity,
                Distillation,
                ExponentialError,
                SigmoidError {
    /** The name that commands and files use. */
    String name();

    /** What the law predicts from, in the order that {@link #predict} takes them. */
    @JsonIgnore
    List<Variable> variables();

    /** The prediction at x: a loss in nats a token, or an error. */
    double predict(double... x);

    /** The parameters by the paper's letter, in the order of the record: its component's name, or its JSON name. */
    @JsonIgnore
    default Map<String, Double> parameters() {
        Map<String, Double> parameters = new LinkedHashMap<>();
        try {
            for (RecordComponent component : getClass().getRecordComponents()) {
                if (component.getType() == double.class) {
                    JsonProperty letter = component.getAccessor().getAnnotation(JsonProperty.class);
                    parameters.put(letter == null ? component.getName() : letter.value(), (Double)
                            component.getAccessor().invoke(this));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read the parameters of " + name(), e);
        }
        return parameters;
    }
}
