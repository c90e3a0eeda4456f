package io.isoloss.analysis.outlook;

/**
 * A smaller model that was measured better than a larger one. Where several runs share N and D, their mean stands for them.
 *
 * @param smaller name of the smaller model's first run
 * @param larger name of the larger one's
 * @param advantage loss of the larger less that of the smaller, nats a token
 * @param p probability of so large an advantage if the smaller is no better
 * @param adjustedP the same over all pairs that were compared (Holm 1979)
 */
public record Upset(
        Terms terms,
        String smaller,
        double smallerParams,
        double smallerTokens,
        String larger,
        double largerParams,
        double largerTokens,
        double advantage,
        double p,
        double adjustedP) {
    Upset named(String smallerName, String largerName) {
        return new Upset(
                terms,
                smallerName,
                smallerParams,
                smallerTokens,
                largerName,
                largerParams,
                largerTokens,
                advantage,
                p,
                adjustedP);
    }

    Upset adjusted(double adjusted) {
        return new Upset(
                terms,
                smaller,
                smallerParams,
                smallerTokens,
                larger,
                largerParams,
                largerTokens,
                advantage,
                p,
                adjusted);
    }
}
