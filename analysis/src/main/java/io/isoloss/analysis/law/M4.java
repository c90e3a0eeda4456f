package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * (y - eps_inf) / (eps_0 - y)^alpha = beta x^c with c below 0, in one of N, D and C (Alabdulmohsin, Neyshabur and Zhai
 * 2022, arXiv:2209.06640, estimator M4): a sigmoid in ln x that starts at eps_0 and ends at eps_inf as a power law.
 *
 * <p>With y = eps_inf + (eps_0 - eps_inf) u the law reads u / (1 - u)^alpha = (x/x_0)^c, where beta = (eps_0 -
 * eps_inf)^(1 - alpha) x_0^-c; u is found in t = logit u, where the left side's logarithm has slopes between 1 and
 * alpha, so that Newton's method cannot fail. The record holds x_0 in place of beta, which is no finite number for
 * some sound laws.
 *
 * @param variable what x is: PARAMS, TOKENS or FLOPS
 * @param epsInf loss in the limit of large x, not negative
 * @param eps0 loss in the limit of small x, above {@code epsInf}
 * @param alpha how long the loss stays near eps0; above 0
 * @param x0 where u / (1 - u)^alpha is 1, in single units of x
 * @param c exponent of x, below 0
 */
public record M4(
        Variable variable,
        @JsonProperty("eps_inf") double epsInf,
        @JsonProperty("eps_0") double eps0,
        double alpha,
        @JsonProperty("x_0") double x0,
        double c)
        implements ScalingLaw {
    public static final String NAME = "m4";

    private static final int MOST_STEPS = 60;

    public M4 {
        Check.size(variable);
        Check.notNegative("eps_inf", epsInf);
        Check.finite("eps_0", eps0);
        if (!(eps0 > epsInf)) {
            throw new IllegalArgumentException("Invalid eps_0 (want above eps_inf, " + epsInf + "): " + eps0);
        }
        Check.positive("alpha", alpha);
        Check.positive("x_0", x0);
        Check.positive("-c", -c);
    }

    /** eps_inf, (eps_0 - eps_inf) u. */
    public static LawForm form(Variable variable) {
        return new Terms(variable, 0, Math.log(1e30));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return List.of(variable);
    }

    /** The paper's beta; may exceed what a double holds. */
    public double beta() {
        return Math.exp((1 - alpha) * Math.log(eps0 - epsInf) - c * Math.log(x0));
    }

    @Override
    public double predict(double... x) {
        double t = logit(c * (Math.log(x[0]) - Math.log(x0)), alpha);
        return epsInf + (eps0 - epsInf) * Smooth.logistic(t);
    }

    /**
     * The t with ln u - alpha ln(1 - u) = s and u = logistic(t). The left side is convex in t for alpha above 1, concave
     * below, and rises throughout, so that Newton's steps approach the root from one side after the first.
     */
    private static double logit(double s, double alpha) {
        double t = s > 0 ? s / alpha : s;
        for (int i = 0; i < MOST_STEPS; i++) {
            double above = Smooth.softplus(t);
            double u = Smooth.logistic(t);
            double step = (t - above + alpha * above - s) / (1 - u + alpha * u);
            t -= step;
            if (Math.abs(step) <= 1e-15 * (1 + Math.abs(t))) {
                break;
            }
        }
        return t;
    }

    private static final class Terms extends Form {
        /** x_0 is sought within [lowest, highest], and may go beyond by twice as much: below the data for a power law. */
        Terms(Variable variable, double lowest, double highest) {
            super(
                    NAME,
                    List.of(variable),
                    List.of("eps_inf", "eps_0-eps_inf"),
                    List.of(
                            // Under .05 the law has a corner, not a bend.
                            new Shape("alpha", 0.1, 4, 0.05, 50),
                            new Shape(
                                    "ln x_0",
                                    lowest,
                                    highest,
                                    lowest - 2 * (highest - lowest),
                                    highest + 2 * (highest - lowest)),
                            Shape.exponent("-c")),
                    0);
            Check.size(variable);
        }

        @Override
        public LawForm over(List<double[]> x) {
            double lowest = x.stream().mapToDouble(p -> Math.log(p[0])).min().orElseThrow();
            double highest = x.stream().mapToDouble(p -> Math.log(p[0])).max().orElseThrow();
            return new Terms(variables().get(0), lowest, Math.max(highest, lowest + Math.log(2)));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double alpha = theta[0];
            double below = theta[1] - Math.log(x[0]);
            double t = logit(theta[2] * below, alpha);
            double above = Smooth.softplus(t);
            double u = Smooth.logistic(t);
            // d ln u / ds, by the implicit function theorem
            double gain = (1 - u) / (1 - u + alpha * u);
            logTerms[0] = 0;
            logTerms[1] = t - above;
            slopes[0][0] = 0;
            slopes[0][1] = 0;
            slopes[0][2] = 0;
            slopes[1][0] = -gain * above;
            slopes[1][1] = gain * theta[2];
            slopes[1][2] = gain * below;
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new M4(
                    variables().get(0), scales[0], scales[0] + scales[1], theta[0], Math.exp(theta[1]), -theta[2]);
        }
    }
}
