package io.isoloss.analysis.law;

import java.util.List;

/**
 * L(N, D) = [(Nc/N)^(alphaN/alphaD) + Dc/D]^alphaD (Kaplan et al. 2020, arXiv:2001.08361, equation 1.5). It has no
 * floor: the loss falls to 0 with N and D.
 *
 * @param Nc scale of the parameters, single parameters
 * @param Dc scale of the data, single tokens
 */
@SuppressWarnings("MemberName") // the paper's letters
public record Kaplan(double Nc, double Dc, double alphaN, double alphaD) implements LossSurface {
    public static final String NAME = "kaplan";

    /** One scale: c [e^(m/alphaD) (N/N0)^(-alphaN/alphaD) + D0/D]^alphaD, with (N0, D0) amid the data. */
    public static final LawForm FORM = new Terms(Centre.USUAL);

    public Kaplan {
        Check.positive("Nc", Nc);
        Check.positive("Dc", Dc);
        Check.positive("alphaN", alphaN);
        Check.positive("alphaD", alphaD);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double loss(double params, double tokens) {
        return Math.exp(alphaD * Smooth.logSum(alphaN / alphaD * Math.log(Nc / params), Math.log(Dc / tokens)));
    }

    @Override
    public double tokensToReach(double params, double loss) {
        double left = Math.pow(loss, 1 / alphaD) - Math.pow(Nc / params, alphaN / alphaD);
        return left > 0 ? Dc / left : Double.POSITIVE_INFINITY;
    }

    /** The root N^(r+1) = r Nc^r C / (6 Dc) of the slope along C = 6ND, with r = alphaN/alphaD. */
    @Override
    public double optimalParams(double flops) {
        double r = alphaN / alphaD;
        double logs = Math.log(r) + r * Math.log(Nc) + Math.log(flops / FLOPS_PER_PARAM_TOKEN) - Math.log(Dc);
        return Math.exp(logs / (r + 1));
    }

    /** From the loss [(1 + r) (Nc/N_opt)^r]^alphaD of the frontier. */
    @Override
    public double equivalentFlops(double loss) {
        if (!(loss > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        double r = alphaN / alphaD;
        double logParams = Math.log(Nc) + (Math.log1p(r) - Math.log(loss) / alphaD) / r;
        return Math.exp(
                Math.log(FLOPS_PER_PARAM_TOKEN) + Math.log(Dc) + (r + 1) * logParams - r * Math.log(Nc) - Math.log(r));
    }

    private static final class Terms extends Form {
        /**
         * Under .02 a thousandfold N moves the loss by less than a seventh, and Nc = N0 (c e^m)^(1/alphaN) is soon no
         * finite number.
         */
        private static final double LEAST_EXPONENT = 0.02;

        private final Centre centre;

        Terms(Centre centre) {
            super(
                    NAME,
                    List.of(Variable.PARAMS, Variable.TOKENS),
                    List.of("c"),
                    // e^m is the loss that N alone would leave at the centre over that of D alone
                    List.of(
                            new Shape("m", -2, 2, -5, 5),
                            new Shape("alphaN", LEAST_EXPONENT, 2, LEAST_EXPONENT, 10),
                            new Shape("alphaD", LEAST_EXPONENT, 2, LEAST_EXPONENT, 10)),
                    -1);
            this.centre = centre;
        }

        @Override
        public LawForm over(List<double[]> x) {
            return new Terms(Centre.of(x));
        }

        @Override
        public void evaluate(double[] theta, double[] x, double[] logTerms, double[][] slopes) {
            double n = Math.log(x[0]) - centre.logParams();
            double p = (theta[0] - theta[1] * n) / theta[2];
            double q = centre.logTokens() - Math.log(x[1]);
            double sum = Smooth.logSum(p, q);
            double share = Smooth.logistic(p - q);
            logTerms[0] = theta[2] * sum;
            slopes[0][0] = share;
            slopes[0][1] = -share * n;
            slopes[0][2] = sum - share * p;
        }

        @Override
        public ScalingLaw law(double[] scales, double[] theta) {
            double logScale = Math.log(scales[0]);
            return new Kaplan(
                    Math.exp(centre.logParams() + (logScale + theta[0]) / theta[1]),
                    Math.exp(centre.logTokens() + logScale / theta[2]),
                    theta[1],
                    theta[2]);
        }
    }
}
