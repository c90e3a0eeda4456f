package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;

/**
 * Approach 3 of Hoffmann et al. 2022: the frontier of a fitted law, with 95 % bands from its bootstrap, or by profile
 * likelihood where there was none.
 *
 * @param paramsExponent slope of log N_opt in log C over the fitted compute; exact for laws whose frontier is a power
 * @param tokensExponent likewise of D_opt
 */
public record ParametricFrontier(Estimate paramsExponent, Estimate tokensExponent, List<FrontierPoint> points) {
    public ParametricFrontier {
        points = List.copyOf(points);
    }

    /** The frontier at each of {@code flops}. */
    public static ParametricFrontier of(FittedLaw fitted, List<Double> flops) {
        LossSurface law = fitted.surface();
        double low = fitted.lowestFlops();
        double high = fitted.highestFlops();
        double span = Math.log(high / low);
        return new ParametricFrontier(
                fitted.estimate(fit -> Math.log(fit.optimalParams(high) / fit.optimalParams(low)) / span),
                fitted.estimate(fit -> Math.log(fit.optimalTokens(high) / fit.optimalTokens(low)) / span),
                flops.stream()
                        .map(c -> new FrontierPoint(
                                c,
                                fitted.estimate(fit -> fit.optimalParams(c)),
                                fitted.estimate(fit -> fit.optimalTokens(c)),
                                fitted.estimate(fit -> fit.optimalLoss(c)),
                                fitted.predict(law.optimalParams(c), law.optimalTokens(c))
                                        .newRun(),
                                c < low || c > high))
                        .toList());
    }
}
