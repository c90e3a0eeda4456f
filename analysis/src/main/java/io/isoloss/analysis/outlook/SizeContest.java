package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.frontier.Model;
import io.isoloss.analysis.law.LossSurface;
import java.util.ArrayList;
import java.util.List;

/**
 * A smaller model against a larger one, by the law.
 *
 * @param smallerTokens tokens that the smaller trains on under the terms
 * @param advantage loss of the larger less that of the smaller, nats a token: positive where the smaller wins
 * @param probabilitySmallerWins share of the bootstrap laws by which it does; null without a bootstrap
 * @param winner {@code smaller}, {@code larger} or {@code undecided}: whether all but 2.5 % of the bootstrap laws agree
 * @param smallerWins how far, in tokens of the larger model, the smaller wins under these terms; null as trained
 */
public record SizeContest(
        Terms terms,
        double smallerParams,
        double smallerTokens,
        double largerParams,
        double largerTokens,
        Estimate smallerLoss,
        Estimate largerLoss,
        Estimate advantage,
        Double probabilitySmallerWins,
        String winner,
        Reach smallerWins) {
    public static final String SMALLER = "smaller";
    public static final String LARGER = "larger";
    public static final String UNDECIDED = "undecided";

    private static final double TAIL = 0.025;

    /**
     * Two models as trained, at the larger's compute, on the larger's data and, where the traffic is given, at the larger's
     * lifetime cost.
     *
     * @param served tokens that either serves; null if not to be counted
     * @throws IllegalArgumentException if the two have the same size
     */
    public static List<SizeContest> of(FittedLaw fitted, Model one, Model other, Double served) {
        if (one.params() == other.params()) {
            throw new IllegalArgumentException("Invalid models (want two sizes): " + one.params());
        }
        Model smaller = one.params() < other.params() ? one : other;
        Model larger = one.params() < other.params() ? other : one;
        Draws draws = Draws.of(fitted);
        List<SizeContest> contests = new ArrayList<>();
        for (Terms terms : Terms.values()) {
            if (terms == Terms.AS_TRAINED) {
                contests.add(contest(draws, terms, smaller.params(), smaller.tokens(), larger, null));
            } else if (terms != Terms.LIFETIME || served != null) {
                double traffic = served == null ? 0 : served;
                double tokens = terms.tokens(smaller.params(), larger.params(), larger.tokens(), traffic);
                Reach reach = Reach.of(
                        draws,
                        (law, size) -> advantage(
                                law,
                                smaller.params(),
                                terms.tokens(smaller.params(), larger.params(), size, traffic),
                                larger.params(),
                                size));
                contests.add(contest(draws, terms, smaller.params(), tokens, larger, reach));
            }
        }
        return List.copyOf(contests);
    }

    private static SizeContest contest(
            Draws draws, Terms terms, double params, double tokens, Model larger, Reach reach) {
        Double probability =
                draws.probabilityPositive(law -> advantage(law, params, tokens, larger.params(), larger.tokens()));
        return new SizeContest(
                terms,
                params,
                tokens,
                larger.params(),
                larger.tokens(),
                draws.estimate(law -> law.loss(params, tokens)),
                draws.estimate(law -> law.loss(larger.params(), larger.tokens())),
                draws.estimate(law -> advantage(law, params, tokens, larger.params(), larger.tokens())),
                probability,
                winner(probability),
                reach);
    }

    private static double advantage(
            LossSurface law, double params, double tokens, double largerParams, double largerTokens) {
        return law.loss(largerParams, largerTokens) - law.loss(params, tokens);
    }

    private static String winner(Double probability) {
        if (probability == null || (probability >= TAIL && probability <= 1 - TAIL)) {
            return UNDECIDED;
        }
        return probability > 1 - TAIL ? SMALLER : LARGER;
    }
}
