package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * What runs of equal log noise tell of the five parameters (ln E, ln A', ln B', alpha, beta) of a Chinchilla law, to first
 * order: the inverse of the Fisher information, at noise 1. A' and B' are the terms at the centre of the runs, which takes
 * most of the correlation of scales and exponents away and changes no variance of a function of the law.
 */
final class Information {
    static final int SIZE = 5;
    /** A scaled information matrix with a pivot below this has lost its digits: nothing is identified. */
    private static final double SMALLEST_PIVOT = 1e-12;

    private final Chinchilla law;
    private final double meanLogParams;
    private final double meanLogTokens;

    /** [5][5]; null where the runs do not tell the parameters apart. */
    private final double[][] covariance;

    Information(Chinchilla law, List<Observation> runs) {
        this.law = law;
        this.meanLogParams = mean(runs, run -> Math.log(run.params()));
        this.meanLogTokens = mean(runs, run -> Math.log(run.tokens()));
        double[][] information = new double[SIZE][SIZE];
        for (Observation run : runs) {
            double[] slopes = slopes(run.params(), run.tokens());
            for (int j = 0; j < SIZE; j++) {
                for (int k = 0; k < SIZE; k++) {
                    information[j][k] += slopes[j] * slopes[k];
                }
            }
        }
        if (law.E() == 0) {
            information[0][0] = 1; // E is at its bound, and no longer free
        }
        this.covariance = inverse(information);
    }

    private Information(Information before, double[][] covariance) {
        this.law = before.law;
        this.meanLogParams = before.meanLogParams;
        this.meanLogTokens = before.meanLogTokens;
        this.covariance = covariance;
    }

    boolean identified() {
        return covariance != null;
    }

    /** d ln L / d parameters at one (N, D): the shares of the three terms, and how the exponents turn them. */
    private double[] slopes(double params, double tokens) {
        double loss = law.loss(params, tokens);
        double second = law.A() * Math.pow(params, -law.alpha()) / loss;
        double third = law.B() * Math.pow(tokens, -law.beta()) / loss;
        return new double[] {
            law.E() / loss,
            second,
            third,
            -second * (Math.log(params) - meanLogParams),
            -third * (Math.log(tokens) - meanLogTokens)
        };
    }

    /** d ln N_opt(C) / d parameters, of equation 4 of Hoffmann et al. 2022. */
    double[] optimumSlopes(double flops) {
        double sum = law.alpha() + law.beta();
        double logOptimum = Math.log(law.optimalParams(flops));
        double logProduct = Math.log(flops / LossSurface.FLOPS_PER_PARAM_TOKEN);
        return new double[] {
            0,
            1 / sum,
            -1 / sum,
            (1 / law.alpha() + meanLogParams - logOptimum) / sum,
            (-1 / law.beta() - meanLogTokens + logProduct - logOptimum) / sum
        };
    }

    /** d a / d parameters, of a = beta / (alpha + beta). */
    double[] exponentSlopes() {
        double squared = (law.alpha() + law.beta()) * (law.alpha() + law.beta());
        return new double[] {0, 0, 0, -law.beta() / squared, law.alpha() / squared};
    }

    /** Variance of a function of the law with these slopes, at noise 1. */
    double variance(double[] slopes) {
        return product(slopes, times(slopes));
    }

    /** How far {@link #variance} falls with one more run (Sherman and Morrison 1950). */
    double reduction(double[] slopes, double params, double tokens) {
        double[] run = slopes(params, tokens);
        double[] turned = times(run);
        double shared = product(slopes, turned);
        return shared * shared / (1 + product(run, turned));
    }

    /** With one more run. */
    Information with(double params, double tokens) {
        double[] run = slopes(params, tokens);
        double[] turned = times(run);
        double scale = 1 + product(run, turned);
        double[][] after = new double[SIZE][SIZE];
        for (int j = 0; j < SIZE; j++) {
            for (int k = 0; k < SIZE; k++) {
                after[j][k] = covariance[j][k] - turned[j] * turned[k] / scale;
            }
        }
        return new Information(this, after);
    }

    private double[] times(double[] vector) {
        double[] product = new double[SIZE];
        for (int j = 0; j < SIZE; j++) {
            product[j] = product(covariance[j], vector);
        }
        return product;
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int j = 0; j < SIZE; j++) {
            sum += one[j] * other[j];
        }
        return sum;
    }

    private static double[][] inverse(double[][] information) {
        double[] scale = new double[SIZE];
        for (int j = 0; j < SIZE; j++) {
            scale[j] = Math.sqrt(information[j][j]);
            if (!(scale[j] > 0)) {
                return null;
            }
        }
        RealMatrix scaled = MatrixUtils.createRealMatrix(SIZE, SIZE);
        for (int j = 0; j < SIZE; j++) {
            for (int k = 0; k < SIZE; k++) {
                scaled.setEntry(j, k, information[j][k] / (scale[j] * scale[k]));
            }
        }
        RealMatrix inverse;
        try {
            inverse = new CholeskyDecomposition(scaled, 1e-10, SMALLEST_PIVOT)
                    .getSolver()
                    .getInverse();
        } catch (NonPositiveDefiniteMatrixException e) {
            return null;
        }
        double[][] covariance = new double[SIZE][SIZE];
        for (int j = 0; j < SIZE; j++) {
            for (int k = 0; k < SIZE; k++) {
                covariance[j][k] = inverse.getEntry(j, k) / (scale[j] * scale[k]);
            }
        }
        return covariance;
    }

    private static double mean(List<Observation> runs, ToDoubleFunction<Observation> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }
}
