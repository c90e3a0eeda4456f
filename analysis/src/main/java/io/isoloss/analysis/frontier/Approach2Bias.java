package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;
import java.util.Locale;

/**
 * How far approach 2 misses the exponent of a law that the runs do follow, for the N and D of these very runs: approach 2 of
 * the law's own losses, without noise. A parabola takes the steeper flank of a profile for its middle, so that sizes off the
 * optimum, or far out where the two exponents of the law differ, move its vertex; where they do so unlike at each budget, the
 * exponent moves too.
 *
 * @param lawExponent slope of ln N_opt in ln C under the law, over the budgets with a minimum
 * @param expectedExponent what approach 2 makes of the law's losses; null if they show no minimum
 * @param bias the second less the first; null likewise
 * @param beyondInterval whether the bias exceeds the half-width of approach 2's interval, or there is no minimum
 * @param sentence the same for people
 */
public record Approach2Bias(
        double lawExponent, Double expectedExponent, Double bias, boolean beyondInterval, String sentence) {

    /**
     * Of a frontier that could be drawn, under a law fitted to the same runs.
     *
     * @throws IllegalArgumentException if the frontier is not supported
     */
    public static Approach2Bias of(IsoFlopFrontier frontier, LossSurface law) {
        if (!frontier.supported()) {
            throw new IllegalArgumentException("Invalid frontier (want a supported one): " + frontier.failure());
        }
        List<IsoFlopProfile> usable = frontier.usable();
        double low = usable.get(0).flops();
        double high = usable.get(usable.size() - 1).flops();
        double lawExponent = Math.log(law.optimalParams(high) / law.optimalParams(low)) / Math.log(high / low);
        double[] logFlops =
                usable.stream().mapToDouble(p -> Math.log(p.flops())).toArray();
        double[] logParams = usable.stream()
                .mapToDouble(
                        profile -> minimum(profile, law, frontier.minimum()).log())
                .toArray();
        double expected = PowerLine.through(
                        logFlops, logParams, frontier.paramsLine().weights())
                .exponent();
        if (!Double.isFinite(expected)) {
            return new Approach2Bias(
                    lawExponent,
                    null,
                    null,
                    true,
                    "Under the fitted law these sizes show no minimum at some budget where the runs show one: approach 2"
                            + " and the law contradict each other.");
        }
        double bias = expected - lawExponent;
        Estimate exponent = frontier.paramsExponent();
        boolean known = exponent.low() != null && exponent.high() != null;
        double half = known ? (exponent.high() - exponent.low()) / 2 : Double.POSITIVE_INFINITY;
        boolean beyond = Math.abs(bias) > half;
        String sentence = String.format(
                Locale.ROOT,
                "With these sizes and budgets approach 2 would read a = %.4f from a law with a = %.4f: a bias of %+.4f, %s",
                expected,
                lawExponent,
                bias,
                beyond
                        ? String.format(
                                Locale.ROOT,
                                "more than the half-width %.4f of its interval; prefer approach 3, or centre the sizes on the"
                                        + " optimum and narrow their range.",
                                half)
                        : known
                                ? String.format(Locale.ROOT, "within the half-width %.4f of its interval.", half)
                                : "and its interval is open.");
        return new Approach2Bias(lawExponent, expected, bias, beyond, sentence);
    }

    private static ProfileMinimum minimum(IsoFlopProfile profile, LossSurface law, Minimum minimum) {
        List<Observation> noiseFree = profile.points().stream()
                .map(p -> new Observation(
                        p.name(),
                        p.params(),
                        p.tokens(),
                        p.flops(),
                        p.budgetFlops(),
                        law.loss(p.params(), p.tokens()),
                        null))
                .toList();
        LossNoise none = new LossNoise.Pooled(0, 0);
        return minimum == Minimum.AKIMA
                ? ProfileMinimum.akima(
                        noiseFree, Observation::params, none, 0, (replicates, points) -> new double[0][0])
                : ProfileMinimum.parabola(noiseFree, Observation::params, none);
    }
}
