package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * L(S, N, D) = (a_S (1-S)^b_S + c_S) (1/N)^b_N + (a_D/D)^b_D + c for models with a share S of zero weights (Frantar et
 * al. 2023, arXiv:2309.08520, equation 1). Here N counts the weights that are not zero.
 *
 * @param aS a_S, scale of what sparsity changes of the parameter term, not negative
 * @param bS b_S
 * @param cS c_S, scale of what it does not, not negative; not both 0
 * @param bN b_N
 * @param aD a_D, scale of the data, single tokens
 * @param bD b_D
 * @param c irreducible loss, nats a token, not negative
 */
public record Sparsity(
        @JsonProperty("a_S") double aS,
        @JsonProperty("b_S") double bS,
        @JsonProperty("c_S") double cS,
        @JsonProperty("b_N") double bN,
        @JsonProperty("a_D") double aD,
        @JsonProperty("b_D") double bD,
        double c)
        implements ScalingLaw {
    public static final String NAME = "sparsity";

    private static final List<Variable> VARIABLES = List.of(Variable.PARAMS, Variable.TOKENS, Variable.SPARSITY);

    /** c, a_S (1-S)^b_S N^-b_N, c_S N^-b_N, B D^-b_D with B = a_D^b_D. */
    public static final LawForm FORM = new Terms();

    public Sparsity {
        Check.notNegative("a_S", aS);
        Check.positive("b_S", bS);
        Check.notNegative("c_S", cS);
        Check.positive("a_S + c_S", aS + cS);
        Check.positive("b_N", bN);
        Check.positive("a_D", aD);
        Check.positive("b_D", bD);
        Check.notNegative("c", c);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** @param x non-zero params, tokens, sparsity from 0 to below 1 */
    @Override
    public double predict(double... x) {
        return capacity(x[2]) * Math.pow(x[0], -bN) + Math.pow(aD / x[1], bD) + c;
    }

    /** The surface over N, weights that are not zero, and D; its C = 6ND is what those weights alone would cost. */
    public LossSurface at(double sparsity) {
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException("Invalid sparsity (want 0 to below 1): " + sparsity);
        }
        return new Chinchilla(c, capacity(sparsity), Math.pow(aD, bD), bN, bD);
    }

    private double capacity(double sparsity) {
        return aS * Math.pow(1 - sparsity, bS) + cS;
    }

    private static final class Terms extends Form {
        /** Under .01, a_D = B^(1/b_D) is soon no finite number. */
        private static final Shape DATA = new Shape("b_D", 0.02, 2, 0.01, 10);

        Terms() {
            super(
                    NAME,
                    VARIABLES,
                    List.of("c", "a_S", "c_S", "a_D^b_D"),
                    List.of(new Shape("b_S", 0.05, 4, 1e-3, 20), Shape.exponent("b_N"), DATA),
                    0);
        }

        @Override
        public boolean logLinear() {
            return true;
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            for (double[] row : slopes) {
                row[0] = 0;
                row[1] = 0;
                row[2] = 0;
            }
            slopes[1][0] = Math.log1p(-x[2]);
            slopes[1][1] = -Math.log(x[0]);
            slopes[2][1] = slopes[1][1];
            slopes[3][2] = -Math.log(x[1]);
            logTerms[0] = 0;
            logTerms[1] = theta[0] * slopes[1][0] + theta[1] * slopes[1][1];
            logTerms[2] = theta[1] * slopes[2][1];
            logTerms[3] = theta[2] * slopes[3][2];
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            return new Sparsity(
                    scales[1], theta[0], scales[2], theta[1], Math.pow(scales[3], 1 / theta[2]), theta[2], scales[0]);
        }
    }
}
