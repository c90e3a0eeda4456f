package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.LossSurface;
import java.util.function.ToDoubleFunction;

/**
 * How near a model is to what its law says can be reached at all, and what more size, data or compute would bring.
 * Intervals are the 95 % range over the laws of the bootstrap, at the same N and D.
 *
 * @param flops 6ND
 * @param extrapolated whether that compute lies outside the fitted runs
 * @param loss the law's, nats a token
 * @param floor irreducible loss, nats a token; without a value, and at best bounded above, where the fit has it at 0
 * @param reducible loss less floor, nats a token; open, like the next three, where the floor is not identified
 * @param reducibleShare reducible over loss
 * @param paramsShare share of the reducible loss that a model without limit on N would not have
 * @param tokensShare likewise without limit on D
 * @param params2x doubling N at this D
 * @param tokens2x doubling D at this N
 * @param flops2x doubling the compute along the frontier
 */
public record Asymptote(
        double params,
        double tokens,
        double flops,
        boolean extrapolated,
        Estimate loss,
        Estimate floor,
        Estimate reducible,
        Estimate reducibleShare,
        Estimate paramsShare,
        Estimate tokensShare,
        LeastGain leastGain,
        Doubling params2x,
        Doubling tokens2x,
        Doubling flops2x) {

    /** Of the model that the law has as optimal at {@code flops}. */
    public static Asymptote onFrontier(FittedLaw fitted, double flops, LeastGain least) {
        LossSurface law = fitted.surface();
        return of(fitted, law.optimalParams(flops), law.optimalTokens(flops), least);
    }

    /** Of a model of {@code params} parameters trained on {@code tokens} tokens. */
    public static Asymptote of(FittedLaw fitted, double params, double tokens, LeastGain least) {
        Draws draws = Draws.of(fitted);
        double flops = LossSurface.FLOPS_PER_PARAM_TOKEN * params * tokens;
        boolean floored = Draws.floor(draws.law()) > 0;
        Shares shares = new Shares(draws, floored, law -> law.loss(params, tokens) - Draws.floor(law));
        ToDoubleFunction<LossSurface> params2x = law -> paramsGain(law, params, tokens);
        ToDoubleFunction<LossSurface> tokens2x = law -> tokensGain(law, params, tokens);
        ToDoubleFunction<LossSurface> flops2x = law -> law.optimalLoss(flops) - law.optimalLoss(2 * flops);
        boolean searchable = floored || least.unit().equals(LeastGain.NATS);
        return new Asymptote(
                params,
                tokens,
                flops,
                flops < fitted.lowestFlops() || flops > fitted.highestFlops(),
                draws.estimate(law -> law.loss(params, tokens)),
                floor(draws.estimate(Draws::floor)),
                floored ? draws.estimate(shares.reducible) : Estimate.OPEN,
                floored
                        ? draws.estimate(law -> shares.reducible.applyAsDouble(law) / law.loss(params, tokens))
                        : Estimate.OPEN,
                shares.of(law -> law.loss(params, tokens) - Draws.limit(law, Double.POSITIVE_INFINITY, tokens)),
                shares.of(law -> law.loss(params, tokens) - Draws.limit(law, params, Double.POSITIVE_INFINITY)),
                least,
                new Doubling(
                        draws.estimate(params2x),
                        shares.of(params2x),
                        searchable ? Reach.of(draws, (law, size) -> paramsMargin(law, size, tokens, least)) : null),
                new Doubling(
                        draws.estimate(tokens2x),
                        shares.of(tokens2x),
                        searchable ? Reach.of(draws, (law, size) -> tokensMargin(law, params, size, least)) : null),
                new Doubling(
                        draws.estimate(flops2x),
                        floored
                                ? draws.estimate(
                                        law -> flops2x.applyAsDouble(law) / (law.optimalLoss(flops) - Draws.floor(law)))
                                : Estimate.OPEN,
                        null));
    }

    /** Quantities as shares of the reducible loss. */
    private record Shares(Draws draws, boolean floored, ToDoubleFunction<LossSurface> reducible) {
        Estimate of(ToDoubleFunction<LossSurface> nats) {
            return floored
                    ? draws.estimate(law -> nats.applyAsDouble(law) / reducible.applyAsDouble(law))
                    : Estimate.OPEN;
        }
    }

    private static Estimate floor(Estimate drawn) {
        return drawn.value() > 0
                ? new Estimate(drawn.value(), positive(drawn.low()), drawn.high(), true)
                : new Estimate(null, null, positive(drawn.high()), false);
    }

    /** A floor of 0 is a bound of the fit and not a finding. */
    private static Double positive(Double bound) {
        return bound == null || bound > 0 ? bound : null;
    }

    private static double paramsGain(LossSurface law, double params, double tokens) {
        return law.loss(params, tokens) - law.loss(2 * params, tokens);
    }

    private static double tokensGain(LossSurface law, double params, double tokens) {
        return law.loss(params, tokens) - law.loss(params, 2 * tokens);
    }

    private static double paramsMargin(LossSurface law, double params, double tokens, LeastGain least) {
        return paramsGain(law, params, tokens) - least.nats(law.loss(params, tokens) - Draws.floor(law));
    }

    private static double tokensMargin(LossSurface law, double params, double tokens, LeastGain least) {
        return tokensGain(law, params, tokens) - least.nats(law.loss(params, tokens) - Draws.floor(law));
    }
}
