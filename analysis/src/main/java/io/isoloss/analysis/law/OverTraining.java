package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(C, M) = E + (a M^eta + b M^-eta) C^-eta with C = 6ND and M = D/N tokens a parameter (Gadre et al. 2024,
 * arXiv:2403.08540, equation 4). It is {@link Chinchilla} with one exponent for both terms: A = a 6^-eta, B = b 6^-eta,
 * alpha = beta = 2 eta.
 *
 * <p>The authors' repository writes L = E + alpha N^b + beta 6^(b/2) (M N)^b. Its letters are b = -2 eta, alpha = a
 * 6^-eta, beta = b (of the paper).
 *
 * @param E irreducible loss, nats a token, not negative
 * @param a scale of the parameter term, for C in single FLOPs
 * @param b scale of the data term, for C in single FLOPs
 */
@SuppressWarnings("MemberName") // the paper's letters
public record OverTraining(double E, double a, double b, double eta) implements LossSurface {
    public static final String NAME = "over-training";

    /** E, a (M/C)^eta, b (M C)^-eta. */
    public static final LawForm FORM = new Terms();

    public OverTraining {
        Check.notNegative("E", E);
        Check.positive("a", a);
        Check.positive("b", b);
        Check.positive("eta", eta);
    }

    /** The law with the letters of the authors' repository, where {@code power} is its b and below 0. */
    public static OverTraining ofRepository(double E, double alpha, double beta, double power) {
        double eta = -power / 2;
        return new OverTraining(E, alpha * Math.pow(FLOPS_PER_PARAM_TOKEN, eta), beta, eta);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The same law in the letters of Hoffmann et al. 2022. */
    public Chinchilla asChinchilla() {
        double six = Math.pow(FLOPS_PER_PARAM_TOKEN, -eta);
        return new Chinchilla(E, a * six, b * six, 2 * eta, 2 * eta);
    }

    @Override
    public double loss(double params, double tokens) {
        return E
                + a * Math.pow(FLOPS_PER_PARAM_TOKEN * params * params, -eta)
                + b * Math.pow(FLOPS_PER_PARAM_TOKEN * tokens * tokens, -eta);
    }

    /** M_opt = (b/a)^(1/(2 eta)), the same at every budget. */
    public double optimalTokensPerParam() {
        return Math.pow(b / a, 1 / (2 * eta));
    }

    @Override
    public double tokensToReach(double params, double loss) {
        double left = loss - E - a * Math.pow(FLOPS_PER_PARAM_TOKEN * params * params, -eta);
        return left > 0 ? Math.sqrt(Math.pow(b / left, 1 / eta) / FLOPS_PER_PARAM_TOKEN) : Double.POSITIVE_INFINITY;
    }

    @Override
    public double optimalParams(double flops) {
        return Math.sqrt(flops / (FLOPS_PER_PARAM_TOKEN * optimalTokensPerParam()));
    }

    /** From the loss E + 2 sqrt(ab) C^-eta of the frontier. */
    @Override
    public double equivalentFlops(double loss) {
        return loss > E ? Math.pow(2 * Math.sqrt(a * b) / (loss - E), 1 / eta) : Double.POSITIVE_INFINITY;
    }

    private static final class Terms extends Form {
        private static final double LOG_SIX = Math.log(FLOPS_PER_PARAM_TOKEN);

        Terms() {
            super(
                    NAME,
                    List.of(Variable.PARAMS, Variable.TOKENS),
                    List.of("E", "a", "b"),
                    // half an exponent of N or D
                    List.of(new Shape("eta", 0.01, 1, 5e-4, 5)),
                    0);
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            slopes[0][0] = 0;
            slopes[1][0] = -LOG_SIX - 2 * Math.log(x[0]);
            slopes[2][0] = -LOG_SIX - 2 * Math.log(x[1]);
            logTerms[0] = 0;
            logTerms[1] = theta[0] * slopes[1][0];
            logTerms[2] = theta[0] * slopes[2][0];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new OverTraining(scales[0], scales[1], scales[2], theta[0]);
        }
    }
}
