package io.isoloss.analysis.frontier;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Least squares of y = c0 + c1 u + c2 u^2 + ... with u = x - mean(x), for a fixed design x and several responses y. Vertex
 * and what belongs to it are those of the parabola c0 + c1 u + c2 u^2.
 */
public final class Polynomial {
    private final double mean;
    private final RealMatrix design;
    /** The coefficients are this times y: (degree + 1) x points. */
    private final RealMatrix hat;

    /**
     * For responses at {@code x}.
     *
     * @param x more values than the degree, at least degree + 1 of them different
     */
    public Polynomial(double[] x, int degree) {
        this.mean = Arrays.stream(x).average().orElseThrow();
        this.design = new Array2DRowRealMatrix(x.length, degree + 1);
        for (int i = 0; i < x.length; i++) {
            for (int power = 0; power <= degree; power++) {
                design.setEntry(i, power, Math.pow(x[i] - mean, power));
            }
        }
        this.hat = new QRDecomposition(design).getSolver().getInverse();
    }

    /** c0, c1, c2 and so on. */
    public double[] coefficients(double[] y) {
        return hat.operate(y);
    }

    /** Sum of squared distances of y from the polynomial through it. */
    public double residualSquares(double[] y) {
        double norm = new ArrayRealVector(y, false)
                .subtract(new ArrayRealVector(design.operate(coefficients(y)), false))
                .getNorm();
        return norm * norm;
    }

    /** Place of the extremum, in x. */
    public double vertex(double[] c) {
        return mean - c[1] / (2 * c[2]);
    }

    /** The polynomial there. */
    public double valueAtVertex(double[] c) {
        return c[0] - c[1] * c[1] / (4 * c[2]);
    }

    /** By how much the vertex moves with each y: the derivative of -c1 / (2 c2). */
    public double[] vertexSensitivity(double[] c) {
        double first = -1 / (2 * c[2]);
        double second = c[1] / (2 * c[2] * c[2]);
        double[] sensitivity = new double[hat.getColumnDimension()];
        for (int i = 0; i < sensitivity.length; i++) {
            sensitivity[i] = first * hat.getEntry(1, i) + second * hat.getEntry(2, i);
        }
        return sensitivity;
    }

    /** Standard error of the curvature c2 where the scatter about the parabola is all there is to know of the noise. */
    double curvatureStandardError(double[] y) {
        double variance = residualSquares(y) / (y.length - hat.getRowDimension());
        return Math.sqrt(variance) * curvatureSensitivity();
    }

    /** Standard error of the curvature c2 where each y has one of 1. */
    public double curvatureSensitivity() {
        return new ArrayRealVector(hat.getRow(2), false).getNorm();
    }
}
