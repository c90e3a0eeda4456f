package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Err(L) = b + a / (1 + exp(-k (L - L_0))): error on a downstream task from loss (Bhagia et al. 2024, arXiv:2412.04403,
 * second step). The paper writes the accuracy 1 - Err in the same form: its a is -a of this law, its b is 1 - b.
 *
 * @param b least error, in the limit of small loss, not negative
 * @param a how far the error rises from there to that of a model that knows nothing
 * @param k steepness, for each nat of loss
 * @param l0 L_0, loss midway, nats a token
 */
public record SigmoidError(
        double b, double a, double k, @JsonProperty("L_0") double l0) implements ScalingLaw {
    public static final String NAME = "sigmoid-error";

    private static final List<Variable> VARIABLES = List.of(Variable.LOSS);

    /** b, a logistic(k (L - L_0)). */
    public static final LawForm FORM = new Terms(1, 5);

    public SigmoidError {
        Check.notNegative("b", b);
        Check.positive("a", a);
        Check.positive("k", k);
        Check.finite("L_0", l0);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** @param x loss, nats a token */
    @Override
    public double predict(double... x) {
        return b + a * Smooth.logistic(k * (x[0] - l0));
    }

    private static final class Terms extends Form {
        /** L_0 is sought within [lowest, highest], and may go beyond by twice as much. */
        Terms(double lowest, double highest) {
            super(
                    NAME,
                    List.of(Variable.LOSS),
                    List.of("b", "a"),
                    List.of(
                            new Shape("k", 0.3, 30, 1e-2, 1e3),
                            new Shape(
                                    "L_0",
                                    lowest,
                                    highest,
                                    lowest - 2 * (highest - lowest),
                                    highest + 2 * (highest - lowest))),
                    0);
        }

        @Override
        public Variable response() {
            return Variable.ERROR;
        }

        @Override
        public LawForm over(List<double[]> x) {
            double lowest = x.stream().mapToDouble(p -> p[0]).min().orElseThrow();
            double highest = x.stream().mapToDouble(p -> p[0]).max().orElseThrow();
            return new Terms(lowest, Math.max(highest, lowest + 0.1));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double past = x[0] - theta[1];
            double z = theta[0] * past;
            double left = Smooth.logistic(-z);
            logTerms[0] = 0;
            logTerms[1] = -Smooth.softplus(-z);
            slopes[0][0] = 0;
            slopes[0][1] = 0;
            slopes[1][0] = left * past;
            slopes[1][1] = -left * theta[0];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new SigmoidError(scales[0], scales[1], theta[0], theta[1]);
        }
    }
}
