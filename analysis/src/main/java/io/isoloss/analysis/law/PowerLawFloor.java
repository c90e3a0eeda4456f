package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(x) = E + A x^-alpha in one of N, D and C: a power law with an irreducible loss (Henighan et al. 2020,
 * arXiv:2010.14701, equation 1.1).
 *
 * @param variable what x is: PARAMS, TOKENS or FLOPS
 * @param E irreducible loss, nats a token, not negative
 * @param A scale, for x in single units
 */
@SuppressWarnings("MemberName") // the usual letters
public record PowerLawFloor(Variable variable, double E, double A, double alpha) implements ScalingLaw {
    public static final String NAME = "power-law-floor";

    public PowerLawFloor {
        Check.size(variable);
        Check.notNegative("E", E);
        Check.positive("A", A);
        Check.positive("alpha", alpha);
    }

    /** E, A x^-alpha. */
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
        return E + A * Math.pow(x[0], -alpha);
    }

    private static final class Terms extends Form {
        Terms(Variable variable) {
            super(NAME, List.of(variable), List.of("E", "A"), List.of(Shape.exponent("alpha")), 0);
            Check.size(variable);
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            slopes[0][0] = 0;
            slopes[1][0] = -Math.log(x[0]);
            logTerms[0] = 0;
            logTerms[1] = theta[0] * slopes[1][0];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new PowerLawFloor(variables().get(0), scales[0], scales[1], theta[0]);
        }
    }
}
