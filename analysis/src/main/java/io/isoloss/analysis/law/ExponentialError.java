package io.isoloss.analysis.law;

import java.util.List;

/**
 * Err(L) = eps - k exp(-gamma L): error on downstream tasks from validation loss (Gadre et al. 2024, arXiv:2403.08540,
 * equation 5).
 *
 * @param eps error of a model that knows nothing, 0 to 1
 * @param k scale of what falling loss takes away
 * @param gamma how fast, for each nat of loss
 */
public record ExponentialError(double eps, double k, double gamma) implements ScalingLaw {
    public static final String NAME = "exponential-error";

    private static final List<Variable> VARIABLES = List.of(Variable.LOSS);

    /** eps, less k exp(-gamma L). */
    public static final LawForm FORM = new Terms();

    public ExponentialError {
        Check.positive("eps", eps);
        Check.positive("k", k);
        Check.positive("gamma", gamma);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** @param x validation loss, nats a token */
    @Override
    public double predict(double... x) {
        return eps - k * Math.exp(-gamma * x[0]);
    }

    private static final class Terms extends Form {
        Terms() {
            super(NAME, VARIABLES, List.of("eps", "k"), List.of(new Shape("gamma", 0.1, 5, 1e-3, 20)), -1);
        }

        @Override
        public Variable response() {
            return Variable.ERROR;
        }

        @Override
        public int sign(int term) {
            return term == 1 ? -1 : 1;
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            slopes[0][0] = 0;
            slopes[1][0] = -x[0];
            logTerms[0] = 0;
            logTerms[1] = -theta[0] * x[0];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new ExponentialError(scales[0], scales[1], theta[0]);
        }
    }
}
