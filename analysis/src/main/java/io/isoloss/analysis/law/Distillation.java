package io.isoloss.analysis.law;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * L_S(N_S, D_S, L_T) = L_T + L_T^-c0 (1 + (L_T / (L~_S d1))^(1/f1))^(-c1 f1) (A' N_S^-alpha' + B' D_S^-beta')^gamma',
 * the loss of a student of N_S parameters after D_S tokens from a teacher whose loss is L_T (Busbridge et al. 2025,
 * arXiv:2502.08606, equation 8). L~_S is the loss that the student would reach without a teacher, by a supervised law
 * that is fitted before; the paper's is {@link GeneralChinchilla}.
 *
 * <p>The record holds ln A' and ln B': where c1 is large, as in the paper, the two may exceed what a double holds.
 *
 * @param supervised L~_S over N_S and D_S
 * @param logA ln A', for N in single parameters
 * @param logB ln B', for D in single tokens
 * @param d1 ratio L_T / L~_S at which the teacher turns from too strong to too weak for the student
 * @param f1 width of that turn in the logarithm of the ratio
 */
public record Distillation(
        LossSurface supervised,
        @JsonProperty("ln A'") double logA,
        @JsonProperty("ln B'") double logB,
        @JsonProperty("alpha'") double alpha,
        @JsonProperty("beta'") double beta,
        @JsonProperty("gamma'") double gamma,
        double c0,
        double c1,
        double d1,
        double f1)
        implements ScalingLaw {
    public static final String NAME = "distillation";

    private static final List<Variable> VARIABLES = List.of(Variable.PARAMS, Variable.TOKENS, Variable.TEACHER_LOSS);

    public Distillation {
        if (supervised == null) {
            throw new IllegalArgumentException("Invalid supervised law (want a surface over N and D): null");
        }
        Check.finite("ln A'", logA);
        Check.finite("ln B'", logB);
        Check.positive("alpha'", alpha);
        Check.positive("beta'", beta);
        Check.positive("gamma'", gamma);
        Check.finite("c0", c0);
        Check.finite("c1", c1);
        Check.positive("d1", d1);
        Check.positive("f1", f1);
    }

    /** One scale and L_T: c (L_T/L_0)^-c0 turn [e^k (N/N0)^-alpha' + (D/D0)^-beta']^gamma', all of size 1 amid the data. */
    public static LawForm form(LossSurface supervised) {
        return new Terms(supervised, Centre.USUAL, 1, 0);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Variable> variables() {
        return VARIABLES;
    }

    /** @param x params and tokens of the student, loss of the teacher */
    @Override
    public double predict(double... x) {
        double logTeacher = Math.log(x[2]);
        double ratio = logTeacher - Math.log(supervised.loss(x[0], x[1]));
        return x[2]
                + Math.exp(-c0 * logTeacher
                        - c1 * f1 * Smooth.softplus((ratio - Math.log(d1)) / f1)
                        + gamma * Smooth.logSum(logA - alpha * Math.log(x[0]), logB - beta * Math.log(x[1])));
    }

    private static final class Terms extends Form {
        private final LossSurface supervised;
        private final Centre centre;
        private final double logTeacher;
        private final double logRatio;

        /**
         * @param logTeacher ln L_0, the usual loss of a teacher
         * @param logRatio ln (L_T / L~_S) at which the turn is taken as 1
         */
        Terms(LossSurface supervised, Centre centre, double logTeacher, double logRatio) {
            super(
                    NAME,
                    VARIABLES,
                    List.of("c"),
                    List.of(
                            // e^k is the parameter term over the data term at the centre
                            new Shape("k", -5, 5, -20, 20),
                            Shape.exponent("alpha'"),
                            Shape.exponent("beta'"),
                            new Shape("gamma'", 0.2, 2, 0.05, 20),
                            new Shape("c0", 0, 5, -20, 20),
                            new Shape("c1", 0.3, 1000, 1e-2, 1e4),
                            new Shape("d1", 0.5, 2, 0.1, 10),
                            new Shape("f1", 0.02, 1, 0.01, 10)),
                    -1);
            this.supervised = supervised;
            this.centre = centre;
            this.logTeacher = logTeacher;
            this.logRatio = logRatio;
        }

        @Override
        public int terms() {
            return 2;
        }

        @Override
        public LawForm over(List<double[]> x) {
            double teacher = 0;
            double ratio = 0;
            for (double[] point : x) {
                teacher += Math.log(point[2]) / x.size();
                ratio += ratio(point) / x.size();
            }
            return new Terms(supervised, Centre.of(x), teacher, ratio);
        }

        private double ratio(double[] point) {
            return Math.log(point[2]) - Math.log(supervised.loss(point[0], point[1]));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double gamma = theta[3];
            double c1 = theta[5];
            double d1 = theta[6];
            double f1 = theta[7];
            double n = Math.log(x[0]) - centre.logParams();
            double d = Math.log(x[1]) - centre.logTokens();
            double p = theta[0] - theta[1] * n;
            double q = -theta[2] * d;
            double sum = Smooth.logSum(p, q);
            double share = Smooth.logistic(p - q);
            double teacher = Math.log(x[2]) - logTeacher;
            double z = (ratio(x) - Math.log(d1)) / f1;
            double usual = (logRatio - Math.log(d1)) / f1;
            double turn = Smooth.softplus(z) - Smooth.softplus(usual);
            double past = Smooth.logistic(z);
            double usualPast = Smooth.logistic(usual);
            logTerms[0] = gamma * sum - theta[4] * teacher - c1 * f1 * turn;
            slopes[0][0] = gamma * share;
            slopes[0][1] = -gamma * share * n;
            slopes[0][2] = -gamma * (1 - share) * d;
            slopes[0][3] = sum;
            slopes[0][4] = -teacher;
            slopes[0][5] = -f1 * turn;
            slopes[0][6] = c1 / d1 * (past - usualPast);
            slopes[0][7] = -c1 * (turn - z * past + usual * usualPast);
            logTerms[1] = Math.log(x[2]);
            for (int j = 0; j < theta.length; j++) {
                slopes[1][j] = 0;
            }
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            double usual = (logRatio - Math.log(theta[6])) / theta[7];
            double logScale =
                    (Math.log(scales[0]) + theta[4] * logTeacher + theta[5] * theta[7] * Smooth.softplus(usual))
                            / theta[3];
            return new Distillation(
                    supervised,
                    logScale + theta[0] + theta[1] * centre.logParams(),
                    logScale + theta[2] * centre.logTokens(),
                    theta[1],
                    theta[2],
                    theta[3],
                    theta[4],
                    theta[5],
                    theta[6],
                    theta[7]);
        }
    }
}
