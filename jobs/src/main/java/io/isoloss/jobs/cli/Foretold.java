package io.isoloss.jobs.cli;

import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Sample;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.jobs.spark.ErrorBaselines;
import java.util.Comparator;
import java.util.List;

/**
 * How a law of the downstream error foretells the fifth of the models with the least loss from the others, beside what needs
 * no law.
 *
 * @param law root mean square of prediction / measured - 1
 * @param isotonic the same of an isotonic regression, flat beyond its data
 * @param linear the same of a straight line
 */
record Foretold(int heldOut, double law, double isotonic, double linear) {
    private static final double HELD_OUT = 0.2;

    static Foretold of(LawForm form, List<Sample> samples, FitOptions options, String master) {
        List<Sample> ordered = samples.stream()
                .sorted(Comparator.comparingDouble((Sample sample) -> -sample.x()[0]))
                .toList();
        int known = (int) Math.floor((1 - HELD_OUT) * ordered.size());
        List<Sample> held = ordered.subList(known, ordered.size());
        ScalingLaw law = LawFit.fitSamples(form, ordered.subList(0, known), options.withReplicates(0))
                .atOptimum();
        double[] losses = held.stream().mapToDouble(sample -> sample.x()[0]).toArray();
        ErrorBaselines baselines = ErrorBaselines.foretell(master, ordered.subList(0, known), losses);
        return new Foretold(
                held.size(),
                miss(held, held.stream().map(sample -> law.predict(sample.x())).toList()),
                miss(held, baselines.isotonic()),
                miss(held, baselines.linear()));
    }

    private static double miss(List<Sample> measured, List<Double> predicted) {
        double sum = 0;
        for (int i = 0; i < measured.size(); i++) {
            sum += Math.pow(predicted.get(i) / measured.get(i).y() - 1, 2);
        }
        return Math.sqrt(sum / measured.size());
    }
}
