package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.Variable;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run answers to each variable of a law: the bridge from the runs table to the laws. */
public final class Predictors {
    private Predictors() {}

    /**
     * The value of a variable, in the unit that {@link Variable} states; null if the run does not tell it. A dense model
     * has sparsity 0 only where the table says so.
     */
    public static Double value(Run run, Variable variable) {
        return switch (variable) {
            case PARAMS -> run.params();
            case TOKENS -> run.tokens();
            case FLOPS -> run.flops();
            case UNIQUE_TOKENS -> run.size().uniqueTokens();
            case SPARSITY -> run.compression().sparsity();
            case TRAINING_BITS -> run.compression().trainingBits();
            case SERVING_BITS -> run.compression().bits();
            case TEACHER_LOSS -> run.compression().teacherLossNatsPerToken();
            case LOSS -> run.loss();
            case ERROR -> error(run);
        };
    }

    /** The values of several variables, in their order; null if the run lacks any. */
    public static double[] values(Run run, List<Variable> variables) {
        double[] values = new double[variables.size()];
        for (int i = 0; i < values.length; i++) {
            Double value = value(run, variables.get(i));
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return values;
    }

    /** The usual name of the column that tells a variable, as {@code --map} and a reading's required columns take it. */
    public static String column(Variable variable) {
        return switch (variable) {
            case PARAMS -> "params";
            case TOKENS -> "tokens";
            case FLOPS -> "flops";
            case UNIQUE_TOKENS -> "unique_tokens";
            case SPARSITY -> "sparsity";
            case TRAINING_BITS -> "training_bits";
            case SERVING_BITS -> "bits";
            case TEACHER_LOSS -> "teacher_loss";
            case LOSS -> "loss";
            case ERROR -> "downstream_error";
        };
    }

    /** The columns that a table must have to fit a law to it. */
    public static Set<String> required(LawForm form) {
        List<Variable> variables = new ArrayList<>(form.variables());
        variables.add(form.response());
        return variables.stream().map(Predictors::column).collect(Collectors.toSet());
    }

    private static Double error(Run run) {
        if (run.quality().downstreamError() != null) {
            return run.quality().downstreamError();
        }
        return run.quality().accuracy() == null
                ? null
                : (Double) (1 - run.quality().accuracy());
    }
}
