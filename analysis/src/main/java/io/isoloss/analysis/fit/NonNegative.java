package io.isoloss.analysis.fit;

/**
 * Weighted non-negative least squares in a handful of unknowns: the best feasible stationary point over all sets of free
 * unknowns, which is exact where there are few (Lawson and Hanson 1974, chapter 23, by enumeration).
 */
final class NonNegative {
    private final int size;

    NonNegative(int size) {
        this.size = size;
    }

    /**
     * Unknowns c with least sum_i w_i (sum_t c_t a_t[i] + rest_i - target_i)^2.
     *
     * @param columns [term][point]; those from {@code size} on have no unknown and make up the rest
     */
    double[] solve(double[][] columns, double[] target, double[] weights, int terms) {
        double[][] system = new double[size][size + 1];
        double[] row = new double[size];
        for (int i = 0; i < weights.length; i++) {
            double w = weights[i];
            if (w == 0) {
                continue;
            }
            double right = target[i];
            for (int t = size; t < terms; t++) {
                right -= columns[t][i];
            }
            for (int j = 0; j < size; j++) {
                row[j] = columns[j][i];
            }
            for (int j = 0; j < size; j++) {
                double wj = w * row[j];
                double[] into = system[j];
                for (int k = j; k < size; k++) {
                    into[k] += wj * row[k];
                }
                into[size] += wj * right;
            }
        }
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < j; k++) {
                system[j][k] = system[k][j];
            }
        }
        return nonNegative(system);
    }

    private double[] nonNegative(double[][] system) {
        double[] best = new double[size];
        double lowest = Double.POSITIVE_INFINITY;
        int all = (1 << size) - 1;
        for (int free = all; free >= 1; free--) {
            double[] solution = stationary(system, free);
            if (solution == null) {
                continue;
            }
            double value = 0;
            for (int j = 0; j < size; j++) {
                value -= solution[j] * system[j][size]; // at a stationary point the quadratic is -x.r / 2
            }
            if (value < lowest) {
                lowest = value;
                best = solution;
            }
            if (free == all) {
                break; // feasible and unconstrained: no better one exists
            }
        }
        return best;
    }

    /** The stationary point with only the {@code free} unknowns (a bit set); null if singular or negative. */
    private double[] stationary(double[][] system, int free) {
        double[][] m = new double[size][];
        for (int j = 0; j < size; j++) {
            if ((free >> j & 1) == 0) {
                m[j] = new double[size + 1];
                m[j][j] = 1;
            } else {
                m[j] = system[j].clone();
            }
        }
        for (int j = 0; j < size; j++) {
            if (!(m[j][j] > 1e-13 * system[j][j]) && (free >> j & 1) == 1) {
                return null;
            }
            for (int k = j + 1; k < size; k++) {
                double factor = m[k][j] / m[j][j];
                for (int l = j; l <= size; l++) {
                    m[k][l] -= factor * m[j][l];
                }
            }
        }
        double[] solution = new double[size];
        for (int j = size - 1; j >= 0; j--) {
            double sum = m[j][size];
            for (int k = j + 1; k < size; k++) {
                sum -= m[j][k] * solution[k];
            }
            solution[j] = sum / m[j][j];
            if (!(solution[j] >= 0)) {
                return null;
            }
        }
        return solution;
    }
}
