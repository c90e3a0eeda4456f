package io.isoloss.analysis.budget;

import io.isoloss.analysis.law.LossSurface;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * A law of N and D where D repeats U distinct tokens: repeats, and parameters beyond what the distinct tokens can use, lose
 * their worth (Muennighoff et al. 2023, arXiv:2305.16264, equations 5 to 7). Their two constants stand in for what the
 * law's own runs do not tell; their own runs hardly pin them.
 */
final class RepeatedData {
    /** R_D*: after so many repeats a further one is worth 1/e of a fresh token; 15.4 in the paper, here unrounded. */
    static final double TOKEN_REPEATS = 15.387756;

    /** R_N*: likewise of parameters beyond the optimum for the distinct tokens; 5.3 in the paper, here unrounded. */
    static final double PARAM_EXCESS = 5.309743;

    /** ln of compute, in FLOPs, between which the frontier is searched for D_opt = U. */
    private static final double LOWEST = -200;

    private static final double HIGHEST = 400;

    private final LossSurface law;
    private final double uniqueTokens;
    private final double usableParams;

    RepeatedData(LossSurface law, double uniqueTokens) {
        this.law = law;
        this.uniqueTokens = uniqueTokens;
        this.usableParams = paramsFor(uniqueTokens);
    }

    /** Nats a token. */
    double loss(double params, double tokens) {
        boolean repeats = tokens > uniqueTokens;
        double usable = Math.min(params, repeats ? usableParams : paramsFor(tokens));
        return law.loss(
                saturated(usable, params, PARAM_EXCESS),
                saturated(Math.min(tokens, uniqueTokens), tokens, TOKEN_REPEATS));
    }

    /** u + u R* (1 - exp(-R / R*)) with R = total / u - 1. */
    private static double saturated(double unique, double total, double scale) {
        return unique * (1 - scale * Math.expm1((1 - total / unique) / scale));
    }

    /** N of the compute-optimal model whose D is {@code tokens}. */
    private double paramsFor(double tokens) {
        UnivariateFunction offset = logFlops -> Math.log(law.optimalTokens(Math.exp(logFlops)) / tokens);
        double logFlops = new BrentSolver(1e-13, 1e-13).solve(200, offset, LOWEST, HIGHEST);
        return law.optimalParams(Math.exp(logFlops));
    }
}
