package io.isoloss.analysis.fit;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Why an optimum can be trusted.
 *
 * @param starts polished starting points of both methods
 * @param agreeing starts that ended at the best objective, within one part in 1e9
 * @param gap least objective that the second method reached by itself over the best, less 1; 0 where it is within rounding
 * @param gradientNorm largest component of the gradient, relative to the sum of its absolute terms
 * @param conditionNumber of the Hessian in scaled parameters; null if it is not positive definite
 */
public record Certificate(int starts, int agreeing, double gap, double gradientNorm, Double conditionNumber) {
    static Certificate of(Search.Minima minima, double gradientNorm) {
        Search.Found best = minima.best();
        double[] eigenvalues = spectrum(best).getRealEigenvalues(); // descending
        double smallest = eigenvalues[eigenvalues.length - 1];
        Double condition = smallest > 0 ? (Double) (eigenvalues[0] / smallest) : null;
        double gap =
                Math.max(0, minima.secondValue() - best.value() - Search.ROUNDING) / (best.value() + Search.ROUNDING);
        return new Certificate(minima.found().size(), minima.agreeing(), gap, gradientNorm, condition);
    }

    /** The eigenvector of the Hessian's least eigenvalue, in scaled coordinates of length 1. */
    static double[] flattest(Search.Found best) {
        return spectrum(best).getEigenvector(best.at().length - 1).toArray();
    }

    private static EigenDecomposition spectrum(Search.Found best) {
        int n = best.at().length;
        double[][] scaled = new double[n][n];
        double[] scale = best.expansion().scale;
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < n; k++) {
                double unit = Math.sqrt(scale[j] * scale[k]);
                scaled[j][k] = unit > 0 ? best.expansion().hessian[j][k] / unit : 0;
            }
        }
        return new EigenDecomposition(new Array2DRowRealMatrix(scaled, false));
    }
}
