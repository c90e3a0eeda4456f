package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Fits the Chinchilla law to the sum of Huber losses of log residuals (Hoffmann et al. 2022, equation 3): variable
 * projection over a grid of exponents, then Newton with the exact Hessian from several starts. Each bootstrap replicate
 * is a full re-fit; results do not depend on the number of threads.
 */
public final class ChinchillaFit {
    private static final String[] LETTERS = {"E", "A", "B", "alpha", "beta"};
    private static final List<ToDoubleFunction<Chinchilla>> VALUES =
            List.of(Chinchilla::E, Chinchilla::A, Chinchilla::B, Chinchilla::alpha, Chinchilla::beta);
    /** Scaled Hessians of published designs have condition numbers up to 1e6; doubles carry a solve up to 1e12. */
    private static final double MOST_CONDITION = 1e10;
    /** With more failures than the two tails of an interval hold, the failed replicates decide its ends. */
    private static final double MOST_FAILED = 2 * Estimate.TAIL;

    private ChinchillaFit() {}

    /**
     * Fits the law to {@code points}.
     *
     * @throws IsolossException of kind UNSUPPORTED if the design cannot identify the law or no optimum can be certified
     */
    public static FitResult fit(List<Observation> points, FitOptions options) {
        Design.check(points);
        HuberSurface surface = new HuberSurface(points, options.delta());
        Optimisation optimisation = new Optimisation(surface);
        double[] once = new double[points.size()];
        Arrays.fill(once, 1);
        List<Optimisation.Found> found = optimisation.search(once);
        Optimisation.Found best = Optimisation.best(found);
        Set<Integer> unpinned = new TreeSet<>(Optimisation.escaped(best));
        List<String> warnings = new ArrayList<>();
        Certificate certificate = Optimisation.certificate(found);
        if (!unpinned.isEmpty()) {
            return escapedResult(points, options, best, certificate, unpinned);
        }
        if (!Optimisation.stationary(best) || certificate.agreeing() < 2) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot certify a fit of " + points.size() + " points: " + certificate.agreeing() + " of "
                            + certificate.starts() + " starts agree and the relative gradient is "
                            + certificate.gradientNorm() + "; add runs or raise delta (" + options.delta() + ").");
        }
        if (best.theta()[0] == Double.NEGATIVE_INFINITY) {
            unpinned.add(0);
            warnings.add("The best E is 0: no run is near the irreducible loss; add larger budgets.");
        }
        if (certificate.conditionNumber() == null || certificate.conditionNumber() > MOST_CONDITION) {
            unpinned.addAll(Optimisation.flattest(best));
            warnings.add("The surface is flat in " + letters(unpinned) + " (condition number "
                    + certificate.conditionNumber() + "); widen the range of N and D.");
        }
        Chinchilla law = optimisation.law(best.theta());
        Misfit.warning(law, points).ifPresent(warnings::add);
        List<Chinchilla> replicates = replicates(optimisation, points.size(), options);
        int failed = options.replicates() - replicates.size();
        boolean bounded = failed <= MOST_FAILED * options.replicates();
        if (!bounded) {
            warnings.add(failed + " of " + options.replicates()
                    + " bootstrap re-fits found no certified optimum, so that no interval can be given; add runs.");
        } else if (failed > 0) {
            warnings.add(failed + " of " + options.replicates() + " bootstrap re-fits failed and are left out.");
        }
        List<Chinchilla> kept = bounded ? replicates : List.of();
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        for (int j = 0; j < LETTERS.length; j++) {
            Estimate estimate = estimate(law, kept, VALUES.get(j));
            parameters.put(LETTERS[j], unpinned.contains(j) ? open(estimate, j) : estimate);
        }
        boolean exponentsPinned = !unpinned.contains(3) && !unpinned.contains(4);
        Optimum optimum = exponentsPinned
                ? new Optimum(
                        estimate(law, kept, Chinchilla::paramsExponent),
                        estimate(law, kept, Chinchilla::tokensExponent))
                : new Optimum(Estimate.OPEN, Estimate.OPEN);
        return new FitResult(
                Chinchilla.NAME,
                "variable-projection",
                objective(options, best),
                points.size(),
                parameters,
                unpinned.isEmpty() && bounded,
                certificate,
                optimum,
                options.replicates() == 0 ? null : new Bootstrap(options.replicates(), failed, options.seed()),
                warnings,
                bounded && Set.of(0).containsAll(unpinned) ? fitted(law, replicates, points, warnings) : null);
    }

    private static List<Chinchilla> replicates(Optimisation optimisation, int points, FitOptions options) {
        long[] seeds = LongStream.generate(new SplittableRandom(options.seed())::nextLong)
                .limit(options.replicates())
                .toArray();
        return IntStream.range(0, seeds.length)
                .parallel()
                .mapToObj(replicate -> {
                    SplittableRandom random = new SplittableRandom(seeds[replicate]);
                    double[] weights = new double[points];
                    for (int draw = 0; draw < points; draw++) {
                        weights[random.nextInt(points)]++;
                    }
                    return optimisation.refit(weights);
                })
                .filter(Objects::nonNull)
                .toList();
    }

    private static FitResult escapedResult(
            List<Observation> points,
            FitOptions options,
            Optimisation.Found best,
            Certificate certificate,
            Set<Integer> unpinned) {
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        for (String letter : LETTERS) {
            parameters.put(letter, Estimate.OPEN);
        }
        return new FitResult(
                Chinchilla.NAME,
                "variable-projection",
                objective(options, best),
                points.size(),
                parameters,
                false,
                certificate,
                new Optimum(Estimate.OPEN, Estimate.OPEN),
                null,
                List.of("The best fit drives " + letters(unpinned)
                        + " out of all bounds: the loss does not fall as a power of it; widen the range of N and D."),
                null);
    }

    private static Estimate estimate(
            Chinchilla law, List<Chinchilla> replicates, ToDoubleFunction<Chinchilla> quantity) {
        return Estimate.of(
                quantity.applyAsDouble(law),
                replicates.stream().mapToDouble(quantity).toArray());
    }

    /** E is bounded below by 0, so that its upper bound stands; any other unpinned parameter is open on both sides. */
    private static Estimate open(Estimate estimate, int place) {
        return place == 0 ? new Estimate(null, null, estimate.high(), false) : Estimate.OPEN;
    }

    private static Objective objective(FitOptions options, Optimisation.Found best) {
        return new Objective("huber", options.delta(), "log", "sum", best.at().value);
    }

    private static FittedLaw fitted(
            Chinchilla law, List<Chinchilla> replicates, List<Observation> points, List<String> warnings) {
        return new FittedLaw(
                law,
                List.<ScalingLaw>copyOf(replicates),
                points.size(),
                points.stream().mapToDouble(Observation::flops).min().orElseThrow(),
                points.stream().mapToDouble(Observation::flops).max().orElseThrow(),
                warnings);
    }

    private static String letters(Set<Integer> places) {
        return String.join(", ", places.stream().map(place -> LETTERS[place]).toList());
    }
}
