package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * L(N, D, U) = E + A N'^-alpha + B D'^-beta for training with repeated data (Muennighoff et al. 2023, arXiv:2305.16264,
 * section 3), where repeats and excess parameters lose their worth exponentially:
 *
 * <ul>
 *   <li>D' = U_D + U_D R_D* (1 - exp(-R_D / R_D*)), U_D = min(D, U), R_D = D/U_D - 1 repeats;
 *   <li>N' = U_N + U_N R_N* (1 - exp(-R_N / R_N*)), U_N the lesser of N and the parameters for which U_D is the optimal
 *       data of the single-epoch law, R_N = N/U_N - 1.
 * </ul>
 *
 * @param E irreducible loss, nats a token, not negative
 * @param A scale of the parameter term of the single-epoch law, for N in single parameters
 * @param B scale of its data term, for D in single tokens
 * @param RD R_D*: repeats after which a further one is worth 1/e of a fresh one
 * @param RN R_N*: likewise for excess parameters
 */
@SuppressWarnings("MemberName") // the paper's letters
public record DataConstrained(
        double E,
        double A,
        double B,
        double alpha,
        double beta,
        @JsonProperty("R_D*") double RD,
        @JsonProperty("R_N*") double RN)
        implements ScalingLaw {
    public static final String NAME = "data-constrained";

    private static final List<Variable> VARIABLES = List.of(Variable.PARAMS, Variable.TOKENS, Variable.UNIQUE_TOKENS);

    public DataConstrained {
        Check.notNegative("E", E);
        Check.positive("A", A);
        Check.positive("B", B);
        Check.positive("alpha", alpha);
        Check.positive("beta", beta);
        Check.positive("R_D*", RD);
        Check.positive("R_N*", RN);
    }

    /** R_D* and R_N* alone, with the single-epoch law held fixed, as the paper fits them: no scale is free. */
    public static LawForm form(Chinchilla base) {
        return new Terms(base);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** The single-epoch law. */
    public Chinchilla base() {
        return new Chinchilla(E, A, B, alpha, beta);
    }

    /** The surface over N and D for that many distinct tokens. */
    public LossSurface over(double uniqueTokens) {
        return new ConstrainedSurface(this, uniqueTokens);
    }

    /** @param x params, tokens, unique tokens */
    @Override
    public double predict(double... x) {
        double unique = Math.min(x[1], x[2]);
        double useful = Math.min(x[0], base().optimalParamsFor(unique));
        return E
                + A * Math.pow(useful * worth(x[0] / useful - 1, RN), -alpha)
                + B * Math.pow(unique * worth(x[1] / unique - 1, RD), -beta);
    }

    /** What {@code repeats} more of something add to it: 1 + R* (1 - exp(-repeats / R*)). */
    static double worth(double repeats, double halt) {
        return 1 - halt * Math.expm1(-Math.max(repeats, 0) / halt);
    }

    private static final class Terms extends Form {
        private final Chinchilla base;
        private final double logE;
        private final double logA;
        private final double logB;

        Terms(Chinchilla base) {
            super(
                    NAME,
                    VARIABLES,
                    List.of(),
                    List.of(new Shape("R_D*", 0.1, 1e4, 1e-3, 1e9), new Shape("R_N*", 0.1, 1e4, 1e-3, 1e9)),
                    -1);
            this.base = base;
            this.logE = Math.max(Math.log(base.E()), Smooth.LOG_NOTHING);
            this.logA = Math.log(base.A());
            this.logB = Math.log(base.B());
        }

        @Override
        public int terms() {
            return 3;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double unique = Math.min(x[1], x[2]);
            double useful = Math.min(x[0], base.optimalParamsFor(unique));
            double repeats = x[1] / unique - 1;
            double excess = Math.max(x[0] / useful - 1, 0);
            double tokensWorth = worth(repeats, theta[0]);
            double paramsWorth = worth(excess, theta[1]);
            logTerms[0] = logE;
            logTerms[1] = logA - base.alpha() * Math.log(useful * paramsWorth);
            logTerms[2] = logB - base.beta() * Math.log(unique * tokensWorth);
            slopes[0][0] = 0;
            slopes[0][1] = 0;
            slopes[1][0] = 0;
            slopes[1][1] = -base.alpha() * worthSlope(excess, theta[1]) / paramsWorth;
            slopes[2][0] = -base.beta() * worthSlope(repeats, theta[0]) / tokensWorth;
            slopes[2][1] = 0;
        }

        /** d worth / d R* = 1 - (1 + q) e^-q with q = repeats / R*. */
        private static double worthSlope(double repeats, double halt) {
            double q = repeats / halt;
            // below .001 the difference cancels; the next term of the series is q^5/30
            return q < 1e-3 ? q * q * (0.5 - q / 3 + q * q / 8) : -Math.expm1(-q) - q * Math.exp(-q);
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new DataConstrained(base.E(), base.A(), base.B(), base.alpha(), base.beta(), theta[0], theta[1]);
        }
    }
}
