package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(N, D) = E + A N^-alpha + B D^-beta (Hoffmann et al. 2022, arXiv:2203.15556, equation 2).
 *
 * @param E irreducible loss, nats a token, not negative
 * @param A scale of the parameter term, for N in single parameters
 * @param B scale of the data term, for D in single tokens
 */
@SuppressWarnings("MemberName") // the paper's letters
public record Chinchilla(double E, double A, double B, double alpha, double beta) implements LossSurface {
    public static final String NAME = "chinchilla";

    /** E, A N^-alpha, B D^-beta. */
    public static final LawForm FORM = new Terms();

    public Chinchilla {
        Check.notNegative("E", E);
        Check.positive("A", A);
        Check.positive("B", B);
        Check.positive("alpha", alpha);
        Check.positive("beta", beta);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double loss(double params, double tokens) {
        return E + A * Math.pow(params, -alpha) + B * Math.pow(tokens, -beta);
    }

    @Override
    public double tokensToReach(double params, double loss) {
        double left = loss - E - A * Math.pow(params, -alpha);
        return left > 0 ? Math.pow(B / left, 1 / beta) : Double.POSITIVE_INFINITY;
    }

    /** G (C/6)^a with G = (alpha A / (beta B))^(1/(alpha+beta)) (equation 4). */
    @Override
    public double optimalParams(double flops) {
        return balance() * Math.pow(flops / FLOPS_PER_PARAM_TOKEN, paramsExponent());
    }

    /** N whose optimal D is {@code tokens}: the compute-optimal pair through D. */
    double optimalParamsFor(double tokens) {
        double balance = balance();
        return balance * Math.pow(tokens * balance, beta / alpha);
    }

    /** a = beta / (alpha + beta): N_opt grows as C^a (equation 4). */
    public double paramsExponent() {
        return beta / (alpha + beta);
    }

    /** b = alpha / (alpha + beta): D_opt grows as C^b (equation 4). */
    public double tokensExponent() {
        return alpha / (alpha + beta);
    }

    /**
     * Both terms fall as (C/6)^(-alpha beta / (alpha + beta)) along the frontier, so that the inverse has a closed form.
     */
    @Override
    public double equivalentFlops(double loss) {
        if (loss <= E) {
            return Double.POSITIVE_INFINITY;
        }
        double scale = A * Math.pow(balance(), -alpha) + B * Math.pow(balance(), beta);
        return FLOPS_PER_PARAM_TOKEN * Math.pow(scale / (loss - E), (alpha + beta) / (alpha * beta));
    }

    private double balance() {
        return Math.pow(alpha * A / (beta * B), 1 / (alpha + beta));
    }

    private static final class Terms extends Form {
        Terms() {
            super(
                    NAME,
                    List.of(Variable.PARAMS, Variable.TOKENS),
                    List.of("E", "A", "B"),
                    List.of(Shape.exponent("alpha"), Shape.exponent("beta")),
                    0);
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            slopes[0][0] = 0;
            slopes[0][1] = 0;
            slopes[1][0] = -Math.log(x[0]);
            slopes[1][1] = 0;
            slopes[2][0] = 0;
            slopes[2][1] = -Math.log(x[1]);
            logTerms[0] = 0;
            logTerms[1] = theta[0] * slopes[1][0];
            logTerms[2] = theta[1] * slopes[2][1];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new Chinchilla(scales[0], scales[1], scales[2], theta[0], theta[1]);
        }
    }
}
