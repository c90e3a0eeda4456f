package io.isoloss.analysis.fit;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.LossSurface;
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
import java.util.stream.DoubleStream;
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
    /** From so many points on a re-fit starts at the fit: a full search of each would find the same, five times slower. */
    private static final int MANY_POINTS = 20_000;

    private final LawForm given;
    private final LawForm form;
    private final Refits refits;
    private final List<Sample> samples;
    private final FitOptions options;
    private final Points points;
    private final Search search;
    private final double[] weights;

    private LawFit(LawForm given, List<Sample> samples, FitOptions options, Refits refits) {
        this.given = given;
        this.form = given.over(samples.stream().map(Sample::x).toList());
        this.refits = refits;
        this.samples = samples;
        this.options = options;
        this.points = Points.of(samples, options);
        this.weights = points.weights();
        this.search =
                new Search(new ObjectiveSurface(form, points, options.rho(), options.residuals()), options.method());
    }

    /**
     * Fits a surface over N and D to runs.
     *
     * @throws IsolossException of kind UNSUPPORTED if the design cannot identify the law or no optimum can be certified
     */
    public static FitResult fit(LawForm form, List<Observation> runs, FitOptions options) {
        return fitSamples(form, Sample.of(form, runs), options);
    }

    /**
     * Fits a law of any form.
     *
     * @throws IsolossException of kind UNSUPPORTED if the design cannot identify the law or no optimum can be certified
     */
    public static FitResult fitSamples(LawForm form, List<Sample> samples, FitOptions options) {
        return fitSamples(form, samples, options, LawFit::refits);
    }

    /** As {@link #fitSamples(LawForm, List, FitOptions)}, with the bootstrap left to {@code refits}. */
    public static FitResult fitSamples(LawForm form, List<Sample> samples, FitOptions options, Refits refits) {
        Design.check(form, samples);
        return new LawFit(form, samples, options, refits).result();
    }

    private FitResult result() {
        Search.Minima minima = search.minima(weights);
        Search.Found best = minima.best();
        Certificate certificate = Certificate.of(minima, search.gradientNorm(best));
        Set<Integer> unpinned = new TreeSet<>(new Escape(search.surface(), best).coordinates());
        List<String> warnings = new ArrayList<>();
        if (!unpinned.isEmpty()) {
            warnings.add("The best fit drives " + letters(unpinned)
                    + " out of all bounds: the loss does not fall as "
                    + (form.logLinear() ? "a power of it" : "the law says") + "; widen the range of the runs.");
            return escaped(best, certificate, warnings);
        }
        if (!search.stationary(best) || certificate.agreeing() < 2) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot certify a fit of " + samples.size() + " points: " + certificate.agreeing() + " of "
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
        Misses misses = new Misses(samples, search.surface(), best.at());
        LackOfFit lackOfFit = misses.test();
        if (lackOfFit != null && lackOfFit.warning() != null) {
            warnings.add(lackOfFit.warning());
        }
        List<ScalingLaw> replicates = options.replicates() == 0
                ? List.of()
                : refits.of(given, samples, options, seeds(options)).stream()
                        .filter(Objects::nonNull)
                        .toList();
        int failed = options.replicates() - replicates.size();
        boolean bounded = failed <= MOST_FAILED * options.replicates();
        if (!bounded) {
            warnings.add(failed + " of " + options.replicates()
                    + " bootstrap re-fits found no certified optimum: intervals are by profile likelihood, and no"
                    + " frontier can be drawn; add runs.");
        } else if (failed > 0) {
            warnings.add(failed + " of " + options.replicates() + " bootstrap re-fits failed and are left out.");
        }
        List<ScalingLaw> kept = bounded ? replicates : List.of();
        boolean profiled =
                options.intervals() && kept.isEmpty() && options.rho().kind() != Rho.Kind.LAD;
        ProfileLikelihood profile = profiled ? new ProfileLikelihood(search.surface(), weights, best) : null;
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        Set<String> open = letterSet(unpinned, law.parameters().keySet());
        Map<String, List<ProfileLikelihood.Level>> profiles = new LinkedHashMap<>();
        for (String letter : law.parameters().keySet()) {
            ToDoubleFunction<ScalingLaw> quantity =
                    fitted -> fitted.parameters().get(letter);
            Estimate estimate = estimate(law, kept, profile, quantity);
            boolean unbounded = profile != null && (estimate.low() == null || estimate.high() == null);
            if (unbounded && !isFloor(letter)) {
                profiles.put(letter, profile.around(at -> quantity.applyAsDouble(search.law(at)), estimate));
                warnings.add("The data cannot bound " + letter + ": its 95 % interval is open; see its profile.");
            }
            parameters.put(letter, open.contains(letter) || unbounded ? open(estimate, letter, profiled) : estimate);
        }
        boolean shapesPinned = unpinned.stream().allMatch(j -> j == form.floor());
        return new FitResult(
                form.name(),
                options.method().toString(),
                objective(best),
                samples.size(),
                parameters,
                unpinned.isEmpty() && bounded && profiles.isEmpty(),
                certificate,
                shapesPinned ? optimum(law, kept, profile) : OPTIMUM_OPEN,
                lackOfFit,
                options.replicates() == 0 ? null : new Bootstrap(options.replicates(), failed, options.seed()),
                profiled ? FitResult.PROFILE_LIKELIHOOD : kept.isEmpty() ? FitResult.NONE : FitResult.BOOTSTRAP,
                profiles,
                warnings,
                law,
                bounded && shapesPinned ? fitted(law, kept, profile, warnings, misses.logNoise()) : null);
    }

    private static final Optimum OPTIMUM_OPEN = new Optimum(Estimate.OPEN, Estimate.OPEN);

    private Optimum optimum(ScalingLaw law, List<ScalingLaw> kept, ProfileLikelihood profile) {
        if (!(law instanceof LossSurface)) {
            return OPTIMUM_OPEN;
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

    /** Most or least compute among the points; 0 where it is not known. */
    private double flops(boolean most) {
        DoubleStream known =
                samples.stream().filter(sample -> sample.flops() != null).mapToDouble(Sample::flops);
        return (most ? known.max() : known.min()).orElse(0);
    }

    /** Re-fits of bootstrap replicates; a place to spread them over machines. */
    @FunctionalInterface
    public interface Refits {
        /** The law of each seed's replicate, in the order of the seeds; null where a re-fit found no certified optimum. */
        List<ScalingLaw> of(LawForm form, List<Sample> samples, FitOptions options, long[] seeds);
    }

    /** The re-fit of each seed, on all cores of this machine: {@link Refits} at home. Each is a full re-fit. */
    public static List<ScalingLaw> refits(LawForm form, List<Sample> samples, FitOptions options, long[] seeds) {
        LawForm aimed = form.over(samples.stream().map(Sample::x).toList());
        Points points = Points.of(samples, options);
        Search search =
                new Search(new ObjectiveSurface(aimed, points, options.rho(), options.residuals()), options.method());
        double[] near = aimed.logLinear()
                        && points.count() >= MANY_POINTS
                        && options.rho().kind() != Rho.Kind.LAD
                ? search.minima(points.weights()).best().at()
                : null;
        return Arrays.asList(IntStream.range(0, seeds.length)
                .parallel()
                .mapToObj(replicate -> {
                    double[] drawn = draw(points, new SplittableRandom(seeds[replicate]));
                    return near == null ? search.refit(drawn) : search.refit(drawn, near);
                })
                .toArray(ScalingLaw[]::new));
    }

    private static long[] seeds(FitOptions options) {
        return LongStream.generate(new SplittableRandom(options.seed())::nextLong)
                .limit(options.replicates())
                .toArray();
    }

    /** Weights of one replicate: families drawn with replacement. */
    private static double[] draw(Points points, SplittableRandom random) {
        double[] times = new double[points.familyCount()];
        for (int draw = 0; draw < times.length; draw++) {
            times[random.nextInt(times.length)]++;
        }
        double[] drawn = new double[points.count()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = points.weights()[i] * times[points.families()[i]];
        }
        return drawn;
    }

    private FitResult escaped(Search.Found best, Certificate certificate, List<String> warnings) {
        Map<String, Estimate> parameters = new LinkedHashMap<>();
        ScalingLaw law = search.law(best.at());
        for (String letter : law.parameters().keySet()) {
            parameters.put(letter, Estimate.OPEN);
        }
        return new FitResult(
                form.name(),
                options.method().toString(),
                objective(best),
                samples.size(),
                parameters,
                false,
                certificate,
                OPTIMUM_OPEN,
                null,
                null,
                FitResult.NONE,
                Map.of(),
                warnings,
                law,
                null);
    }

    private Estimate estimate(
            ScalingLaw law,
            List<ScalingLaw> replicates,
            ProfileLikelihood profile,
            ToDoubleFunction<ScalingLaw> quantity) {
        if (profile != null) {
            return profile.intervalOf(quantity);
        }
        return Estimate.of(
                quantity.applyAsDouble(law),
                replicates.stream().mapToDouble(quantity).toArray());
    }

    private boolean isFloor(String letter) {
        return form.floor() >= 0 && form.scales().get(form.floor()).equals(letter);
    }

    /** What is known of a parameter that the data cannot pin: no value, and the ends that its interval has. */
    private Estimate open(Estimate estimate, String letter, boolean profiled) {
        return new Estimate(
                null,
                profiled && !isFloor(letter) ? estimate.low() : null,
                profiled || isFloor(letter) ? estimate.high() : null,
                false);
    }

    private Objective objective(Search.Found best) {
        Rho rho = options.rho();
        return new Objective(
                rho.kind().toString(),
                rho.delta(),
                options.residuals().toString(),
                rho.reduction(),
                rho.objective(search.surface().residuals(best.at()), weights));
    }

    private FittedLaw fitted(
            ScalingLaw law,
            List<ScalingLaw> replicates,
            ProfileLikelihood profile,
            List<String> warnings,
            Double logNoise) {
        return new FittedLaw(law, replicates, samples.size(), flops(false), flops(true), warnings, logNoise, profile);
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
