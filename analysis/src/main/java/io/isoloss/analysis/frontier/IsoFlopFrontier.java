package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Approach 2 of Hoffmann et al. 2022 (section 3.2): a log-log line through the minima of IsoFLOP profiles in N, and one
 * through those in D. Intervals hold the noise of the losses, not that a parabola or a line may be the wrong curve; for
 * that see {@link Approach2Bias}.
 *
 * @param minimum how each profile's minimum was located
 * @param noise what the intervals are made of
 * @param supported whether enough profiles have a minimum to draw a line
 * @param failure why not, as a sentence; null if supported
 * @param paramsExponent a in N_opt = k C^a; open if not supported
 * @param tokensExponent b in D_opt = l C^b; 1 - a where every C is 6ND
 * @param paramsCoefficient k, parameters at C = 1 FLOP
 */
public record IsoFlopFrontier(
        Minimum minimum,
        LossNoise noise,
        List<IsoFlopProfile> profiles,
        boolean supported,
        String failure,
        Estimate paramsExponent,
        Estimate tokensExponent,
        Estimate paramsCoefficient,
        @JsonIgnore MinimaLine paramsLine,
        @JsonIgnore MinimaLine tokensLine) {
    /** Two minima give a line, and nothing to doubt it with. */
    public static final int FEWEST_PROFILES = 3;

    public IsoFlopFrontier {
        profiles = List.copyOf(profiles);
    }

    /** Through the vertices of parabolas, which need neither replicates nor seed. */
    public static IsoFlopFrontier of(List<Observation> points, int replicates, long seed) {
        return of(points, new IsoFlopOptions(Minimum.PARABOLA, null, replicates, seed));
    }

    /** Draws the frontier through the points' budgets. */
    public static IsoFlopFrontier of(List<Observation> points, IsoFlopOptions options) {
        return of(points, options, SeedDraws.of(options.seed()));
    }

    static IsoFlopFrontier of(List<Observation> points, IsoFlopOptions options, SeedDraws draws) {
        List<List<Observation>> budgets = Budgets.of(points);
        LossNoise noise = options.noise() != null ? options.noise() : LossNoise.Pooled.of(budgets);
        List<IsoFlopProfile> profiles = budgets.stream()
                .map(budget -> IsoFlopProfile.of(budget, options, noise, draws))
                .toList();
        List<IsoFlopProfile> usable =
                profiles.stream().filter(IsoFlopProfile::usable).toList();
        if (usable.size() < FEWEST_PROFILES) {
            String failure = "Only " + usable.size() + " of " + profiles.size() + " budgets show a minimum, and a line"
                    + " needs " + FEWEST_PROFILES + ".";
            return new IsoFlopFrontier(
                    options.minimum(),
                    noise,
                    profiles,
                    false,
                    failure,
                    Estimate.OPEN,
                    Estimate.OPEN,
                    Estimate.OPEN,
                    null,
                    null);
        }
        MinimaLine params = line(usable, IsoFlopProfile::paramsMinimum, noise);
        MinimaLine tokens = line(usable, IsoFlopProfile::tokensMinimum, noise);
        return new IsoFlopFrontier(
                options.minimum(),
                noise,
                profiles,
                true,
                null,
                params.exponent(),
                tokens.exponent(),
                params.at(1),
                params,
                tokens);
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
        List<IsoFlopProfile> usable = usable();
        double low = usable.get(0).flops();
        double high = usable.get(usable.size() - 1).flops();
        return flops.stream()
                .map(c -> new FrontierPoint(c, paramsLine.at(c), tokensLine.at(c), null, null, c < low || c > high))
                .toList();
    }

    /** The profiles that the line is drawn through. */
    List<IsoFlopProfile> usable() {
        return profiles.stream().filter(IsoFlopProfile::usable).toList();
    }

    private static MinimaLine line(
            List<IsoFlopProfile> usable, Function<IsoFlopProfile, ProfileMinimum> minimum, LossNoise noise) {
        return new MinimaLine(
                usable.stream().mapToDouble(p -> Math.log(p.flops())).toArray(),
                usable.stream().map(minimum).toList(),
                noise.quantile95());
    }
}
