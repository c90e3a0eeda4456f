package io.isoloss.analysis.fit;

/** Solves small symmetric systems in place of a general solver, whose checks would cost more than the solve. */
final class Cholesky {
    private Cholesky() {}

    /** x with matrix x = right; null if the matrix is not positive definite to rounding. Reads the lower triangle. */
    static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] lower = new double[n][n];
        for (int j = 0; j < n; j++) {
            for (int k = 0; k <= j; k++) {
                double sum = matrix[j][k];
                for (int m = 0; m < k; m++) {
                    sum -= lower[j][m] * lower[k][m];
                }
                if (j > k) {
                    lower[j][k] = sum / lower[k][k];
                } else if (sum > 1e-14 * Math.abs(matrix[j][j])) {
                    lower[j][j] = Math.sqrt(sum);
                } else {
                    return null;
                }
            }
        }
        double[] x = right.clone();
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < j; k++) {
                x[j] -= lower[j][k] * x[k];
            }
            x[j] /= lower[j][j];
        }
        for (int j = n - 1; j >= 0; j--) {
            for (int k = j + 1; k < n; k++) {
                x[j] -= lower[k][j] * x[k];
            }
            x[j] /= lower[j][j];
        }
        return x;
    }
}
