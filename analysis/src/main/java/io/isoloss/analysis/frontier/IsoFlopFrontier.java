package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Approach 2 of Hoffmann et al. 2022: a log-log line through the minima of IsoFLOP profiles, with D_opt = C/(6 N_opt).
 *
 * @param supported whether enough profiles have a minimum to draw a line
 * @param failure why not, as a sentence; null if supported
 * @param paramsExponent a in N_opt = k C^a; open if not supported
 * @param tokensExponent b = 1 - a
 * @param paramsCoefficient k, parameters at C = 1 FLOP
 * @param failedReplicates bootstrap replicates in which a profile bent downward; left out of the intervals
 */
public record IsoFlopFrontier(
        List<IsoFlopProfile> profiles,
        boolean supported,
        String failure,
        Estimate paramsExponent,
        Estimate tokensExponent,
        Estimate paramsCoefficient,
        int failedReplicates,
        @JsonIgnore PowerLine line,
        @JsonIgnore List<PowerLine> replicates) {
    /** Two minima give a line, and nothing to doubt it with. */
    public static final int FEWEST_PROFILES = 3;
    /** With more failures than both tails of the interval hold, they decide its ends. */
    private static final double MOST_FAILED = 0.05;

    public IsoFlopFrontier {
        profiles = List.copyOf(profiles);
        replicates = List.copyOf(replicates);
    }

    /**
     * Draws the frontier through the points' budgets.
     *
     * @param replicates bootstrap replicates for the intervals
     */
    public static IsoFlopFrontier of(List<Observation> points, int replicates, long seed) {
        List<IsoFlopProfile> profiles =
                Budgets.of(points).stream().map(IsoFlopProfile::of).toList();
        List<IsoFlopProfile> usable =
                profiles.stream().filter(IsoFlopProfile::usable).toList();
        if (usable.size() < FEWEST_PROFILES) {
            String failure = "Only " + usable.size() + " of " + profiles.size() + " budgets show a minimum, and a line"
                    + " needs " + FEWEST_PROFILES + ".";
            return new IsoFlopFrontier(
                    profiles, false, failure, Estimate.OPEN, Estimate.OPEN, Estimate.OPEN, 0, null, List.of());
        }
        double[] logFlops =
                usable.stream().mapToDouble(p -> Math.log(p.flops())).toArray();
        double[] logParams =
                usable.stream().mapToDouble(p -> Math.log(p.params().value())).toArray();
        PowerLine line = PowerLine.through(logFlops, logParams);
        List<PowerLine> lines = replicateLines(usable, logFlops, replicates, seed);
        int failed = replicates - lines.size();
        List<PowerLine> kept = failed <= MOST_FAILED * replicates ? lines : List.of();
        return new IsoFlopFrontier(
                profiles,
                true,
                null,
                estimate(line, kept, PowerLine::exponent),
                estimate(line, kept, power -> 1 - power.exponent()),
                estimate(line, kept, PowerLine::coefficient),
                failed,
                line,
                kept);
    }

    /**
     * The compute-optimal models at {@code flops}.
     *
     * @throws IsolossException of kind UNSUPPORTED if no line could be drawn
     */
    public List<FrontierPoint> at(List<Double> flops) {
        if (!supported) {
            String reasons = profiles.stream()
                    .filter(profile -> !profile.usable())
                    .limit(8)
                    .map(profile -> String.format(Locale.ROOT, "C = %.3g: %s", profile.flops(), profile.failure()))
                    .collect(Collectors.joining(" "));
            throw new IsolossException(
                    Kind.UNSUPPORTED, "Cannot draw a frontier through IsoFLOP minima: " + failure + " " + reasons);
        }
        List<IsoFlopProfile> usable =
                profiles.stream().filter(IsoFlopProfile::usable).toList();
        double low = usable.get(0).flops();
        double high = usable.get(usable.size() - 1).flops();
        return flops.stream()
                .map(c -> new FrontierPoint(
                        c,
                        estimate(line, replicates, power -> power.optimalParams(c)),
                        estimate(line, replicates, power -> c / (6 * power.optimalParams(c))),
                        null,
                        c < low || c > high))
                .toList();
    }

    private static List<PowerLine> replicateLines(
            List<IsoFlopProfile> usable, double[] logFlops, int replicates, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int freedom =
                usable.stream().mapToInt(profile -> profile.points().size() - 3).sum();
        // Student's t in place of the normal: the noise is known from few residuals.
        double widening = new TDistribution(null, freedom).inverseCumulativeProbability(0.975) / 1.959964;
        List<double[]> minima = usable.stream()
                .map(profile -> profile.replicateLogParams(replicates, widening, random))
                .toList();
        List<PowerLine> lines = new ArrayList<>();
        for (int replicate = 0; replicate < replicates; replicate++) {
            int column = replicate;
            double[] logParams = minima.stream().mapToDouble(m -> m[column]).toArray();
            PowerLine line = PowerLine.through(logFlops, logParams);
            if (Double.isFinite(line.exponent())) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static Estimate estimate(PowerLine line, List<PowerLine> lines, ToDoubleFunction<PowerLine> quantity) {
        return Estimate.of(
                quantity.applyAsDouble(line),
                lines.stream().mapToDouble(quantity).toArray());
    }
}
