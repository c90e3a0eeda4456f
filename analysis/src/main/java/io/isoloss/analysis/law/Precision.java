package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * L(N, D, P, P_post) = E + A N_eff^-alpha + B D^-beta + delta for training in few bits and quantisation after it (Kumar
 * et al. 2024, arXiv:2411.04330), where
 *
 * <ul>
 *   <li>N_eff = N (1 - exp(-P/gamma))^3 (equations 3 and 4, with the same P and gamma for weights, activations and KV
 *       cache);
 *   <li>delta = C_T (D^gamma_D / N^gamma_N) exp(-P_post/gamma_post) (equation 2), and none where the model is served in
 *       the bits of its training or more.
 * </ul>
 *
 * <p>The paper's unified law differs: there delta takes N_eff, and shrinks as P comes down to P_post.
 *
 * @param E irreducible loss, nats a token, not negative
 * @param A scale of the parameter term, for N in single parameters
 * @param B scale of the data term, for D in single tokens
 * @param gamma sensitivity to training bits, bits
 * @param CT C_T, scale of delta, not negative
 * @param gammaPost sensitivity to serving bits, bits
 */
@SuppressWarnings("MemberName") // the paper's letters
public record Precision(
        double E,
        double A,
        double B,
        double alpha,
        double beta,
        double gamma,
        @JsonProperty("C_T") double CT,
        @JsonProperty("gamma_D") double gammaD,
        @JsonProperty("gamma_N") double gammaN,
        @JsonProperty("gamma_post") double gammaPost)
        implements ScalingLaw {
    public static final String NAME = "precision";

    private static final List<Variable> VARIABLES =
            List.of(Variable.PARAMS, Variable.TOKENS, Variable.TRAINING_BITS, Variable.SERVING_BITS);

    /** E, A' (N_eff/N0)^-alpha, B' (D/D0)^-beta, delta with N/N0 and D/D0, where (N0, D0) lies amid the data. */
    public static final LawForm FORM = new Terms(Centre.USUAL);

    /** Weights, activations, KV cache. */
    static final int PARTS = 3;

    public Precision {
        Check.notNegative("E", E);
        Check.positive("A", A);
        Check.positive("B", B);
        Check.positive("alpha", alpha);
        Check.positive("beta", beta);
        Check.positive("gamma", gamma);
        Check.notNegative("C_T", CT);
        Check.positive("gamma_D", gammaD);
        Check.positive("gamma_N", gammaN);
        Check.positive("gamma_post", gammaPost);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** The surface over N and D for a model trained in {@code trainingBits} and served in {@code servingBits}. */
    public LossSurface at(double trainingBits, double servingBits) {
        return new PrecisionSurface(this, trainingBits, servingBits);
    }

    /** @param x params, tokens, training bits, serving bits */
    @Override
    public double predict(double... x) {
        return E
                + A * Math.pow(effectiveParams(x[0], x[2]), -alpha)
                + B * Math.pow(x[1], -beta)
                + quantisationLoss(x[0], x[1], x[2], x[3]);
    }

    /** N_eff. */
    public double effectiveParams(double params, double trainingBits) {
        return params * Math.exp(PARTS * Smooth.logOneLess(trainingBits / gamma));
    }

    /** delta, nats a token. */
    public double quantisationLoss(double params, double tokens, double trainingBits, double servingBits) {
        return servingBits >= trainingBits
                ? 0
                : CT * Math.exp(gammaD * Math.log(tokens) - gammaN * Math.log(params) - servingBits / gammaPost);
    }

    private static final class Terms extends Form {
        private final Centre centre;

        Terms(Centre centre) {
            super(
                    NAME,
                    VARIABLES,
                    List.of("E", "A'", "B'", "C_T'"),
                    List.of(
                            Shape.exponent("alpha"),
                            Shape.exponent("beta"),
                            new Shape("gamma", 0.3, 10, 0.05, 50),
                            Shape.exponent("gamma_D"),
                            Shape.exponent("gamma_N"),
                            new Shape("gamma_post", 0.2, 5, 0.05, 50)),
                    0);
            this.centre = centre;
        }

        @Override
        public LawForm over(List<double[]> x) {
            return new Terms(Centre.of(x));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            for (double[] row : slopes) {
                for (int j = 0; j < theta.length; j++) {
                    row[j] = 0;
                }
            }
            double logParams = Math.log(x[0]) - centre.logParams();
            double logTokens = Math.log(x[1]) - centre.logTokens();
            double q = x[2] / theta[2];
            double logEffective = logParams + PARTS * Smooth.logOneLess(q);
            logTerms[0] = 0;
            logTerms[1] = -theta[0] * logEffective;
            slopes[1][0] = -logEffective;
            slopes[1][2] = theta[0] * PARTS * q / (theta[2] * Math.expm1(q));
            logTerms[2] = -theta[1] * logTokens;
            slopes[2][1] = -logTokens;
            if (x[3] >= x[2]) {
                logTerms[3] = Smooth.LOG_NOTHING;
            } else {
                logTerms[3] = theta[3] * logTokens - theta[4] * logParams - x[3] / theta[5];
                slopes[3][3] = logTokens;
                slopes[3][4] = -logParams;
                slopes[3][5] = x[3] / (theta[5] * theta[5]);
            }
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            double n = centre.logParams();
            double d = centre.logTokens();
            return new Precision(
                    scales[0],
                    scales[1] * Math.exp(theta[0] * n),
                    scales[2] * Math.exp(theta[1] * d),
                    theta[0],
                    theta[1],
                    theta[2],
                    scales[3] * Math.exp(theta[4] * n - theta[3] * d),
                    theta[3],
                    theta[4],
                    theta[5]);
        }
    }
}
