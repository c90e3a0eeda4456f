package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(x) = A x^-alpha in one of N, D and C (Kaplan et al. 2020, arXiv:2001.08361, equations 1.1 to 1.3, with A =
 * x_c^alpha).
 *
 * @param variable what x is: PARAMS, TOKENS or FLOPS
 * @param A scale, for x in single units
 */
@SuppressWarnings("MemberName") // the paper's letters
public record PowerLaw(Variable variable, double A, double alpha) implements ScalingLaw {
    public static final String NAME = "power-law";

    public PowerLaw {
        Check.size(variable);
        Check.positive("A", A);
        Check.positive("alpha", alpha);
    }

    /** A x^-alpha. */
    public static LawForm form(Variable variable) {
        return new Terms(variable);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return List.of(variable);
    }

    @Override
    public double predict(double... x) {
        return A * Math.pow(x[0], -alpha);
    }

    private static final class Terms extends Form {
        Terms(Variable variable) {
            super(NAME, List.of(variable), List.of("A"), List.of(Shape.exponent("alpha")), -1);
            Check.size(variable);
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            slopes[0][0] = -Math.log(x[0]);
            logTerms[0] = theta[0] * slopes[0][0];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new PowerLaw(variables().get(0), scales[0], theta[0]);
        }
    }
}
