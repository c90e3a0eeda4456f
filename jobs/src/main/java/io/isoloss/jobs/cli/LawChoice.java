package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawSelection;
import io.isoloss.analysis.fit.LawSelection.Criterion;
import io.isoloss.analysis.fit.Predictors;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LawForms;
import io.isoloss.analysis.law.LawForms.Need;
import io.isoloss.analysis.law.Variable;
import io.isoloss.analysis.runs.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which law a command fits. */
final class LawChoice {
    private static final String AUTO = "auto";
    /** Laws of N and D that {@code auto} compares, and those of one variable. */
    private static final List<String> SURFACES = List.of("over-training", "chinchilla", "kaplan");

    private static final List<String> CURVES = List.of("power-law", "power-law-floor", "broken-power-law-1", "m4");

    @Option(
            names = "--law",
            paramLabel = "NAME",
            defaultValue = Chinchilla.NAME,
            description = "The law, or auto to choose one; ${DEFAULT-VALUE} by default. A wrong name lists them all.")
    private String name;

    @Option(
            names = "--variable",
            paramLabel = "params|tokens|flops",
            description = "What a law of one variable is a law of.")
    private Variable variable;

    @Option(
            names = "--base",
            paramLabel = "law.json",
            description = "The surface that data-constrained and distillation hold fixed, as fit --save wrote it.")
    private Path base;

    @Option(
            names = "--criterion",
            defaultValue = "held-out",
            description = "How auto compares laws: error on the held-out largest runs, or aicc; ${DEFAULT-VALUE} by"
                    + " default.")
    private Criterion criterion;

    boolean auto() {
        return name.equals(AUTO);
    }

    /** The form that was named; of auto, one that needs what all its contenders need. */
    LawForm form() {
        return auto() ? contenders().get(0) : named(name);
    }

    /** The columns that a table must have. */
    Set<String> required() {
        return Predictors.required(form());
    }

    /** Judges the contenders of auto. */
    LawSelection select(List<Run> runs, FitOptions options) {
        List<LawForm> forms = contenders();
        List<Sample> samples = Sample.from(forms.get(0), runs);
        return LawSelection.of(
                forms, samples, sample -> variable != null ? sample.x()[0] : sample.flops(), criterion, options);
    }

    private List<LawForm> contenders() {
        return (variable == null ? SURFACES : CURVES).stream().map(this::named).toList();
    }

    private LawForm named(String law) {
        if (LawForms.need(law) == Need.VARIABLE
                && variable != null
                && Stream.of(Variable.PARAMS, Variable.TOKENS, Variable.FLOPS).noneMatch(variable::equals)) {
            throw new IsolossException(
                    Kind.BAD_INPUT, "Cannot fit a law of " + variable + "; want --variable params, tokens or flops");
        }
        return LawForms.named(
                law, variable, base == null ? null : FittedLaw.load(base).surface());
    }
}
