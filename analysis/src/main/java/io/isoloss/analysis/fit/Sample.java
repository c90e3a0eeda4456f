package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.Variable;
import java.io.Serializable;
import java.util.List;

/**
 * One point of a fit.
 *
 * @param x predictors, in the order of a form's variables
 * @param y measured response
 * @param standardError of y; null if unknown
 * @param family what the point is drawn with in a bootstrap by families; null for itself
 * @param flops training compute C; null if unknown
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sample(String name, double[] x, double y, Double standardError, String family, Double flops)
        implements Serializable {
    public Sample {
        if (!(y > 0 && Double.isFinite(y))) {
            throw new IllegalArgumentException("Invalid response of " + name + " (want finite and positive): " + y);
        }
    }

    /** Observations as points of a surface over N and D. */
    static List<Sample> of(LawForm form, List<Observation> observations) {
        if (form.response() != Variable.LOSS) {
            throw new IllegalArgumentException("Invalid form (want one of the loss): " + form.name());
        }
        return observations.stream()
                .map(point -> new Sample(
                        point.name(),
                        form.variables().stream()
                                .mapToDouble(variable -> value(point, variable))
                                .toArray(),
                        point.loss(),
                        point.lossStandardError(),
                        null,
                        point.flops()))
                .toList();
    }

    private static double value(Observation point, Variable variable) {
        return switch (variable) {
            case PARAMS -> point.params();
            case TOKENS -> point.tokens();
            case FLOPS -> point.flops();
            default -> throw new IllegalArgumentException("Invalid variable of an observation: " + variable);
        };
    }
}
