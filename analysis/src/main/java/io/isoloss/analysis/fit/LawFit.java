package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.ArrayList;
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
 * Fits a law to runs: minima by two methods ({@link Search}), a certificate of the best, intervals of each parameter. Results
 * do not depend on the number of threads.
 */
public final class LawFit {
    /** Scaled Hessians of published designs have condition numbers up to 1e6; doubles carry a solve up to 1e12. */
    private static final double MOST_CONDITION = 1e10;
    /** With more failures than the two tails of an interval hold, the failed replicates decide its ends. */
    private static final double MOST_FAILED = 2 * Estimate.TAIL;
    /** Share of a coordinate in the flattest direction from which it counts as moved. */
    private static final double MOVED = 0.1;

    private final LawForm form;
    private final List<Observation> observations;
    private final FitOptions options;
    private final Points points;
    private final Search search;
    private final double[] weights;

    private LawFit(LawForm form, List<Observation> observations, FitOptions options) {
        this.form = form;
        this.observations = observations;
        this.options = options;
        this.points = Points.of(observations, form, false, false);
        this.weights = points.weights();
        this.search =
                new Search(new ObjectiveSurface(form, points, options.rho(), options.residuals()), options.method());
    }

    /**
     * Fits a law of this form to {@code points}.
     *
     * @throws IsolossException of kind UNSUPPORTED if the design cannot identify the law or no optimum can be certified
     */
    public static FitResult fit(LawForm form, List<Observation> points, FitOptions options) {
        Design.check(form, points);
        return new LawFit(form, points, options).result();
    }

    private FitResult result() {
        Search.Minima minima = search.minima(weights);
        Search.Found best = minima.best();
        Certificate certificate = Certificate.of(minima, search.gradientNorm(best, weights));
        Set<Integer> unpinned = new TreeSet<>(new Escape(search.surface(), best).coordinates());
        List<String> warnings = new ArrayList<>();
        if (!unpinned.isEmpty()) {
            warnings.add("The best fit drives " + letters(unpinned)
                    + " out of all bounds: the loss does not follow it; widen the range of the runs.");
            return escaped(best, certificate, warnings);
        }
        if (!search.stationary(best, weights) || certificate.agreeing() < 2) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot certify a fit of " + observations.size() + " points: " + certificate.agreeing() + " of "
                            + certificate.starts() + " starts agree and the relative gradient is "
                            + certificate.gradientNorm() + "; add runs or raise delta ("
                            + options.rho().delta() + ").");
        }
        if (form.floor() >= 0 && best.at()[form.floor()] == Double.NEGATIVE_INFINITY) {
            unpinned.add(form.floor());
            warnings.add("The best " + form.scales().get(form.floor())
                    + " is 0: no run is near the irreducible loss; add larger budgets.");
        }
        if (certificate.conditionNumber() == null || certificate.conditionNumber() > MOST_CONDITION) {
            double[] direction = Certificate.flattest(best);
            IntStream.range(0, direction.length)
                    .filter(j -> Math.abs(direction[j]) > MOVED)
                    .forEach(unpinned::add);
            warnings.add("The surface is flat in " + letters(unpinned) + " (condition number "
                    + certificate.conditionNumber() + "); widen the range of the runs.");
        }
        ScalingLaw law = search.law(best.at());
        if (law instanceof LossSurface surface) {
            Misfit.warning(surface, observations).ifPresent(warnings::add);
        }
        List<ScalingLaw> replicates = replicates();
        int failed = options.replicates() - replicates.size();
        boolean bounded = failed <= MOST_FAILED * options.replicates();
        if (!bounded) {
            warnings.add(failed + " of " + options.replicates()
                    + " bootstrap re-fits found no certified optimum, so that no interval can be given; add runs.");
        } else if (failed > 0) {
            warnings.add(failed + " of " + options.replicates() + " bootstrap re-fits failed and are left out.");
        }
        List<ScalingLaw> kept = bounded ? replicates : List.of();
        ProfileLikelihood profile =
                options.replicates() == 0 ? new ProfileLikelihood(search.surface(), weights, best) : null;
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        Set<String> open = letterSet(unpinned, law.parameters().keySet());
        for (String letter : law.parameters().keySet()) {
            Estimate estimate =
                    estimate(law, kept, profile, fitted -> fitted.parameters().get(letter));
            parameters.put(letter, open.contains(letter) ? open(estimate, letter) : estimate);
        }
        boolean shapesPinned = unpinned.stream().allMatch(j -> j == form.floor());
        return new FitResult(
                form.name(),
                options.method().label(),
                objective(best),
                observations.size(),
                parameters,
                unpinned.isEmpty() && bounded,
                certificate,
                shapesPinned ? optimum(law, kept, profile) : OPTIMUM_OPEN,
                options.replicates() == 0 ? null : new Bootstrap(options.replicates(), failed, options.seed()),
                warnings,
                bounded && shapesPinned ? fitted(law, replicates, warnings) : null);
    }

    private static final Optimum OPTIMUM_OPEN = new Optimum(Estimate.OPEN, Estimate.OPEN);

    private Optimum optimum(ScalingLaw law, List<ScalingLaw> kept, ProfileLikelihood profile) {
        if (!(law instanceof LossSurface)) {
            return null;
        }
        double low = flops(false);
        double span = Math.log(flops(true) / low);
        ToDoubleFunction<ScalingLaw> paramsExponent = fitted -> {
            LossSurface surface = (LossSurface) fitted;
            return Math.log(surface.optimalParams(low * Math.exp(span)) / surface.optimalParams(low)) / span;
        };
        return new Optimum(
                estimate(law, kept, profile, paramsExponent),
                estimate(law, kept, profile, fitted -> 1 - paramsExponent.applyAsDouble(fitted)));
    }

    private double flops(boolean most) {
        return most
                ? observations.stream().mapToDouble(Observation::flops).max().orElseThrow()
                : observations.stream().mapToDouble(Observation::flops).min().orElseThrow();
    }

    private List<ScalingLaw> replicates() {
        long[] seeds = LongStream.generate(new SplittableRandom(options.seed())::nextLong)
                .limit(options.replicates())
                .toArray();
        return IntStream.range(0, seeds.length)
                .parallel()
                .mapToObj(replicate -> search.refit(draw(new SplittableRandom(seeds[replicate]))))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Weights of one replicate: families drawn with replacement. */
    private double[] draw(SplittableRandom random) {
        double[] times = new double[points.familyCount()];
        for (int draw = 0; draw < times.length; draw++) {
            times[random.nextInt(times.length)]++;
        }
        double[] drawn = new double[points.count()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = weights[i] * times[points.families()[i]];
        }
        return drawn;
    }

    private FitResult escaped(Search.Found best, Certificate certificate, List<String> warnings) {
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        for (String letter : search.law(best.at()).parameters().keySet()) {
            parameters.put(letter, Estimate.OPEN);
        }
        return new FitResult(
                form.name(),
                options.method().label(),
                objective(best),
                observations.size(),
                parameters,
                false,
                certificate,
                OPTIMUM_OPEN,
                null,
                warnings,
                null);
    }

    private Estimate estimate(
            ScalingLaw law,
            List<ScalingLaw> replicates,
            ProfileLikelihood profile,
            ToDoubleFunction<ScalingLaw> quantity) {
        if (profile != null) {
            return profile.interval(at -> quantity.applyAsDouble(search.law(at)));
        }
        return Estimate.of(
                quantity.applyAsDouble(law),
                replicates.stream().mapToDouble(quantity).toArray());
    }

    /** A floor is bounded below by 0, so that its upper bound stands; any other unpinned parameter is open on both sides. */
    private Estimate open(Estimate estimate, String letter) {
        boolean floor = form.floor() >= 0 && form.scales().get(form.floor()).equals(letter);
        return floor ? new Estimate(null, null, estimate.high(), false) : Estimate.OPEN;
    }

    private Objective objective(Search.Found best) {
        Rho rho = options.rho();
        return new Objective(
                rho.kind().label(),
                rho.delta(),
                options.residuals().label(),
                rho.reduction(),
                rho.objective(search.surface().residuals(best.at()), weights));
    }

    private FittedLaw fitted(ScalingLaw law, List<ScalingLaw> replicates, List<String> warnings) {
        return new FittedLaw(law, replicates, observations.size(), flops(false), flops(true), warnings);
    }

    private String letter(int coordinate) {
        return coordinate < form.scales().size()
                ? form.scales().get(coordinate)
                : form.shapes().get(coordinate - form.scales().size()).letter();
    }

    private String letters(Set<Integer> coordinates) {
        return String.join(", ", coordinates.stream().map(this::letter).toList());
    }

    /** Parameters that these coordinates leave open: those of the same letter, and all that mix several where one is none. */
    private Set<String> letterSet(Set<Integer> coordinates, Set<String> parameters) {
        Set<String> letters = new TreeSet<>();
        for (int coordinate : coordinates) {
            if (parameters.contains(letter(coordinate))) {
                letters.add(letter(coordinate));
            } else {
                letters.addAll(parameters);
            }
        }
        return letters;
    }
}
