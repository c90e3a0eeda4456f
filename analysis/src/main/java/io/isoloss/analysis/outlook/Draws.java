package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Numbers drawn from a law, with their intervals from the laws of its bootstrap. */
record Draws(LossSurface law, List<LossSurface> replicates) {
    /** Stands for a size that grows without end where a law has no value at infinity itself. */
    private static final double HUGE = 1e150;

    static Draws of(FittedLaw fitted) {
        return new Draws(fitted.surface(), fitted.surfaces());
    }

    Estimate estimate(ToDoubleFunction<LossSurface> quantity) {
        return Estimate.of(
                quantity.applyAsDouble(law),
                replicates.stream().mapToDouble(quantity).toArray());
    }

    /** Share of the replicates for which {@code quantity} exceeds 0; null if there are none. */
    Double probabilityPositive(ToDoubleFunction<LossSurface> quantity) {
        if (replicates.isEmpty()) {
            return null;
        }
        long positive = replicates.stream()
                .filter(replicate -> quantity.applyAsDouble(replicate) > 0)
                .count();
        return (double) positive / replicates.size();
    }

    /** The loss that no size and no data take away, nats a token; 0 where the law has no floor. */
    static double floor(LossSurface law) {
        return limit(law, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** The loss where N, D or both are infinite. */
    static double limit(LossSurface law, double params, double tokens) {
        double loss = law.loss(params, tokens);
        return Double.isNaN(loss) ? law.loss(Math.min(params, HUGE), Math.min(tokens, HUGE)) : loss;
    }
}
