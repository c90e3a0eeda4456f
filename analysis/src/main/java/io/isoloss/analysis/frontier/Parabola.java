package io.isoloss.analysis.frontier;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/** Least squares of y = c0 + c1 u + c2 u^2 with u = x - mean(x), for a fixed design x and several responses y. */
final class Parabola {
    private final double mean;
    private final double[] offsets;
    private final RealMatrix design;
    private final DecompositionSolver solver;

    Parabola(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value;
        }
        this.mean = sum / x.length;
        this.offsets = new double[x.length];
        this.design = new Array2DRowRealMatrix(x.length, 3);
        for (int i = 0; i < x.length; i++) {
            offsets[i] = x[i] - mean;
            design.setRow(i, new double[] {1, offsets[i], offsets[i] * offsets[i]});
        }
        this.solver = new QRDecomposition(design).getSolver();
    }

    double[] coefficients(double[] y) {
        return solver.solve(new ArrayRealVector(y, false)).toArray();
    }

    double predict(double[] c, int i) {
        return c[0] + offsets[i] * (c[1] + offsets[i] * c[2]);
    }

    /** Place of the extremum, in x. */
    double vertex(double[] c) {
        return mean - c[1] / (2 * c[2]);
    }

    double valueAtVertex(double[] c) {
        return c[0] - c[1] * c[1] / (4 * c[2]);
    }

    /** Covariance of the coefficients at residual variance 1: the inverse of X'X. */
    RealMatrix unitCovariance() {
        return new QRDecomposition(design.transpose().multiply(design))
                .getSolver()
                .getInverse();
    }
}
