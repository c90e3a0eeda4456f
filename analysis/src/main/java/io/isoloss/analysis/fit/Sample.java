package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.Variable;
import io.isoloss.analysis.runs.Run;
import java.io.Serializable;
import java.util.ArrayList;
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

    /**
     * The completed runs that tell all that a law of this form needs, as its points. Of runs that differ only in their
     * learning rate the best stands for all; in the order of their ids.
     */
    public static List<Sample> from(LawForm form, List<Run> runs) {
        List<Sample> samples = new ArrayList<>();
        for (Run run : Observation.bestRates(runs, run -> Predictors.value(run, form.response()) != null)) {
            double[] x = Predictors.values(run, form.variables());
            if (x != null) {
                samples.add(new Sample(
                        run.label(),
                        x,
                        Predictors.value(run, form.response()),
                        form.response() == Variable.LOSS ? run.quality().lossStandardError() : null,
                        run.identity().family(),
                        run.flops()));
            }
        }
        return List.copyOf(samples);
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
