package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(N, D) = E + (A N^-alpha + B D^-beta)^gamma (Busbridge et al. 2025, arXiv:2502.08606, equation 1): the supervised law
 * of {@link Distillation}. With gamma = 1 it is {@link Chinchilla}.
 *
 * @param E irreducible loss, nats a token, not negative
 * @param A scale of the parameter term, for N in single parameters
 * @param B scale of the data term, for D in single tokens
 */
@SuppressWarnings("MemberName") // the paper's letters
public record GeneralChinchilla(double E, double A, double B, double alpha, double beta, double gamma)
        implements LossSurface {
    public static final String NAME = "chinchilla-gamma";

    /** E, c [e^k (N/N0)^-alpha + (D/D0)^-beta]^gamma, with (N0, D0) amid the data. */
    public static final LawForm FORM = new Terms(Centre.USUAL);

    public GeneralChinchilla {
        Check.notNegative("E", E);
        Check.positive("A", A);
        Check.positive("B", B);
        Check.positive("alpha", alpha);
        Check.positive("beta", beta);
        Check.positive("gamma", gamma);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** What gamma is a power of. */
    private Chinchilla inner() {
        return new Chinchilla(0, A, B, alpha, beta);
    }

    @Override
    public double loss(double params, double tokens) {
        return E + Math.pow(A * Math.pow(params, -alpha) + B * Math.pow(tokens, -beta), gamma);
    }

    @Override
    public double tokensToReach(double params, double loss) {
        return loss > E ? inner().tokensToReach(params, Math.pow(loss - E, 1 / gamma)) : Double.POSITIVE_INFINITY;
    }

    /** As without gamma: a power moves no minimum. */
    @Override
    public double optimalParams(double flops) {
        return inner().optimalParams(flops);
    }

    @Override
    public double equivalentFlops(double loss) {
        return loss > E ? inner().equivalentFlops(Math.pow(loss - E, 1 / gamma)) : Double.POSITIVE_INFINITY;
    }

    private static final class Terms extends Form {
        private final Centre centre;

        Terms(Centre centre) {
            super(
                    NAME,
                    List.of(Variable.PARAMS, Variable.TOKENS),
                    List.of("E", "c"),
                    List.of(
                            // e^k is the parameter term over the data term at the centre
                            new Shape("k", -5, 5, -20, 20),
                            Shape.exponent("alpha"),
                            Shape.exponent("beta"),
                            new Shape("gamma", 0.2, 2, 0.05, 20)),
                    0);
            this.centre = centre;
        }

        @Override
        public LawForm over(List<double[]> x) {
            return new Terms(Centre.of(x));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double n = Math.log(x[0]) - centre.logParams();
            double d = Math.log(x[1]) - centre.logTokens();
            double p = theta[0] - theta[1] * n;
            double q = -theta[2] * d;
            double sum = Smooth.logSum(p, q);
            double share = Smooth.logistic(p - q);
            logTerms[0] = 0;
            logTerms[1] = theta[3] * sum;
            slopes[0][0] = 0;
            slopes[0][1] = 0;
            slopes[0][2] = 0;
            slopes[0][3] = 0;
            slopes[1][0] = theta[3] * share;
            slopes[1][1] = -theta[3] * share * n;
            slopes[1][2] = -theta[3] * (1 - share) * d;
            slopes[1][3] = sum;
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            double logScale = Math.log(scales[1]) / theta[3];
            return new GeneralChinchilla(
                    scales[0],
                    Math.exp(logScale + theta[0] + theta[1] * centre.logParams()),
                    Math.exp(logScale + theta[2] * centre.logTokens()),
                    theta[1],
                    theta[2],
                    theta[3]);
        }
    }
}
