package io.isoloss.analysis.budget;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.DataConstrained;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.function.DoubleBinaryOperator;

/** What a law makes of fresh and of repeated tokens. */
public final class Repeats {
    private Repeats() {}

    /** Whether the law itself knows the worth of repeats. */
    public static boolean known(ScalingLaw law) {
        return law instanceof DataConstrained;
    }

    /**
     * The law over N and fresh tokens D.
     *
     * @throws IsolossException of kind BAD_INPUT if it is no surface over N and D
     */
    static LossSurface fresh(ScalingLaw law) {
        if (law instanceof DataConstrained repeats) {
            return repeats.base();
        }
        if (law instanceof LossSurface surface) {
            return surface;
        }
        throw new IsolossException(
                Kind.BAD_INPUT,
                "Cannot plan with the law " + law.name() + ": it is no surface over N and D; fit one that is.");
    }

    /** Loss of (N, D), nats a token, where D repeats {@code uniqueTokens}: the law's own, or else as published. */
    static DoubleBinaryOperator loss(ScalingLaw law, double uniqueTokens) {
        if (law instanceof DataConstrained repeats) {
            return repeats.over(uniqueTokens)::loss;
        }
        return new RepeatedData(fresh(law), uniqueTokens)::loss;
    }
}
