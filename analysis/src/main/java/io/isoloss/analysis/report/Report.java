package io.isoloss.analysis.report;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitResult;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.frontier.Agreement;
import io.isoloss.analysis.frontier.IsoFlopFrontier;
import io.isoloss.analysis.frontier.IsoFlopProfile;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.frontier.ParametricFrontier;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.tuning.TunedAlternative;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a report tells of.
 *
 * @param title of the page; null for the name of the sweep
 * @param fit null if the runs cannot support one
 * @param noFit why there is no fit, as a sentence; null if there is one
 * @param models outside models to audit beside the runs
 * @param tunedAlternative that a better learning rate or batch moves the frontier, in sentences; null if the runs do not say so
 */
public record Report(
        String title,
        RunTable table,
        FitResult fit,
        String noFit,
        IsoFlopFrontier isoFlop,
        List<Model> models,
        String tunedAlternative) {
    public Report {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(isoFlop, "isoFlop");
        if ((fit == null) == (noFit == null)) {
            throw new IllegalArgumentException("Invalid report (want a fit, or else the reason that there is none)");
        }
        models = List.copyOf(models);
    }

    /** Without a word on learning rate and batch. */
    public Report(
            String title, RunTable table, FitResult fit, String noFit, IsoFlopFrontier isoFlop, List<Model> models) {
        this(title, table, fit, noFit, isoFlop, models, null);
    }

    /** Fits the runs and draws both frontiers; what the runs cannot support becomes a sentence of the report. */
    public static Report of(RunTable table, FitOptions options) {
        return of(table, List.of(), options);
    }

    /**
     * As {@link #of(RunTable, FitOptions)}.
     *
     * @param others runs that are no part of the table, but may show a better learning rate or batch for some of it
     */
    public static Report of(RunTable table, List<Run> others, FitOptions options) {
        Set<String> own = table.runs().stream().map(Run::id).collect(Collectors.toSet());
        TunedAlternative tuned = TunedAlternative.of(Stream.concat(
                        table.runs().stream(), others.stream().filter(run -> !own.contains(run.id())))
                .toList());
        String warning = tuned == null ? null : tuned.warning();
        List<Observation> points = Observation.from(table.runs());
        IsoFlopFrontier isoFlop = IsoFlopFrontier.of(points, options.replicates(), options.seed());
        try {
            return new Report(
                    null, table, LawFit.fit(Chinchilla.FORM, points, options), null, isoFlop, List.of(), warning);
        } catch (IsolossException e) {
            if (e.kind() != Kind.UNSUPPORTED) {
                throw e;
            }
            return new Report(null, table, null, e.getMessage(), isoFlop, List.of(), warning);
        }
    }

    /** The law, where the data pin it. */
    Optional<FittedLaw> law() {
        return fit != null && fit.identified() ? Optional.of(fit.fitted()) : Optional.empty();
    }

    /** Why there is no {@link #law()}; null if there is one. */
    String noLaw() {
        if (fit == null) {
            return noFit;
        }
        return fit.identified() ? null : "The fit is not identified: " + String.join(" ", fit.warnings());
    }

    /** Whether both approaches tell the same growth of N_opt, as a sentence. */
    public String agreement() {
        if (law().isEmpty()) {
            return isoFlop.supported()
                    ? "There is no fitted law to compare the IsoFLOP minima with: " + noLaw()
                    : "Neither approach gives a frontier: " + isoFlop.failure() + " " + noLaw();
        }
        List<Double> flops =
                isoFlop.profiles().stream().map(IsoFlopProfile::flops).toList();
        return Agreement.between(isoFlop, ParametricFrontier.of(law().get(), flops))
                .sentence();
    }

    String heading() {
        return title != null ? title : sweeps(table.runs());
    }

    /** The names of the runs' sweeps. */
    static String sweeps(List<Run> runs) {
        String sweeps = runs.stream()
                .map(run -> run.identity().sweep())
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .limit(3)
                .collect(Collectors.joining(", "));
        return sweeps.isEmpty() ? "Isoloss report" : sweeps;
    }

    /** The runs that enter fits and charts. */
    List<Observation> points() {
        return Observation.from(table.runs());
    }

    /** What a reader calls each run, by run id: the trial's name where the id is a hash. */
    Map<String, String> labels() {
        return table.runs().stream().collect(Collectors.toMap(Run::id, Run::label, (one, two) -> one));
    }
}
