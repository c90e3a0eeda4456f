package io.isoloss.analysis.law;

/**
 * {@link DataConstrained} at a fixed count of distinct tokens. With few of them its loss has a least value that no
 * compute goes below.
 *
 * @param uniqueTokens U, single tokens
 */
public record ConstrainedSurface(DataConstrained law, double uniqueTokens) implements LossSurface {
    public static final String NAME = "data-constrained-surface";

    public ConstrainedSurface {
        Check.positive("unique tokens", uniqueTokens);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double loss(double params, double tokens) {
        return law.predict(params, tokens, uniqueTokens);
    }

    @Override
    public double slopeAlongBudget(double params, double tokens) {
        double unique = Math.min(tokens, uniqueTokens);
        double optimal = law.base().optimalParamsFor(unique);
        double useful = Math.min(params, optimal);
        // d ln of the useful parameters: with N itself, or with those that fresh data allow, or not at all
        double usefulSlope = params <= optimal ? 1 : tokens <= uniqueTokens ? -law.beta() / law.alpha() : 0;
        double excess = params / useful - 1;
        double repeats = tokens / unique - 1;
        double paramsWorth = DataConstrained.worth(excess, law.RN());
        double tokensWorth = DataConstrained.worth(repeats, law.RD());
        double paramsSlope =
                usefulSlope + Math.exp(-excess / law.RN()) * (1 + excess) * (1 - usefulSlope) / paramsWorth;
        double tokensSlope = -Math.exp(-repeats / law.RD()) * (1 + repeats) / tokensWorth;
        return -law.alpha() * law.A() * Math.pow(useful * paramsWorth, -law.alpha()) * paramsSlope
                - law.beta() * law.B() * Math.pow(unique * tokensWorth, -law.beta()) * tokensSlope;
    }
}
