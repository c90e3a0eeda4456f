package io.isoloss.analysis.frontier;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.runs.Conventions;
import io.isoloss.analysis.runs.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * The exponent a of N_opt under every way of counting that the runs support.
 *
 * @param rows one for each convention
 */
public record Sensitivity(List<Row> rows) {
    /**
     * Under one convention. Approach 2 is drawn on {@link LevelBudgets}, and so needs the law of approach 3.
     *
     * @param flops {@code 6nd} or {@code exact}
     * @param params {@code non-embedding} or {@code total}
     * @param approach2 open if it cannot be drawn
     * @param approach3 likewise
     * @param failure why an exponent is open; null if none is
     */
    public record Row(String flops, String params, Estimate approach2, Estimate approach3, String failure) {}

    public Sensitivity {
        rows = List.copyOf(rows);
    }

    /**
     * Fits the runs again under each convention.
     *
     * @throws IsolossException of kind UNSUPPORTED if all runs have N and C under one convention alone, or none
     */
    public static Sensitivity of(List<Run> runs, FitOptions fit, IsoFlopOptions isoFlop) {
        List<Conventions> conventions = Conventions.of(runs);
        if (conventions.size() < 2) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot compare conventions: all runs together state N and C in " + conventions.size()
                            + " way; give total_params and non_embedding_params, or flops_exact, for every run.");
        }
        List<Observation> stated = Observation.from(runs);
        List<Row> rows = new ArrayList<>();
        for (Conventions convention : conventions) {
            rows.add(row(convention, stated, Observation.from(runs, convention), fit, isoFlop));
        }
        return new Sensitivity(rows);
    }

    private static Row row(
            Conventions convention,
            List<Observation> stated,
            List<Observation> points,
            FitOptions fit,
            IsoFlopOptions isoFlop) {
        String flops = convention.flops().toString();
        String params = convention.params().toString();
        FittedLaw law;
        try {
            law = LawFit.fit(Chinchilla.FORM, points, fit).fitted();
        } catch (IsolossException e) {
            if (e.kind() != Kind.UNSUPPORTED) {
                throw e;
            }
            return new Row(flops, params, Estimate.OPEN, Estimate.OPEN, e.getMessage());
        }
        IsoFlopFrontier frontier = IsoFlopFrontier.of(LevelBudgets.of(stated, points, law.surface()), isoFlop);
        Estimate parametric = ParametricFrontier.of(law, List.of()).paramsExponent();
        return new Row(flops, params, frontier.paramsExponent(), parametric, frontier.failure());
    }
}
