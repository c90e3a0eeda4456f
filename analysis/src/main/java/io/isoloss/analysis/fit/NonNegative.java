package io.isoloss.analysis.fit;

import java.util.Arrays;

/**
 * Weighted non-negative least squares in a handful of unknowns: the best feasible stationary point over all sets of free
 * unknowns, which is exact where there are few (Lawson and Hanson 1974, chapter 23, by enumeration). One at a time: it keeps its room between solves.
 */
final class NonNegative {
    private final int size;
    private final double[][] system;
    private final double[][] eliminated;
    private double[] weighted = new double[0];
    private double[] right = new double[0];

    NonNegative(int size) {
        this.size = size;
        this.system = new double[size][size + 1];
        this.eliminated = new double[size][size + 1];
    }

    /**
     * Unknowns c with least sum_i w_i (sum_t c_t a_t[i] + rest_i - target_i)^2.
     *
     * @param columns [term][point]; those from {@code size} on have no unknown and make up the rest
     */
    double[] solve(double[][] columns, double[] target, double[] weights) {
        int count = weights.length;
        if (weighted.length != count) {
            weighted = new double[count];
            right = new double[count];
        }
        System.arraycopy(target, 0, right, 0, count);
        for (int t = size; t < columns.length; t++) {
            for (int i = 0; i < count; i++) {
                right[i] -= columns[t][i];
            }
        }
        for (int j = 0; j < size; j++) {
            double[] column = columns[j];
            for (int i = 0; i < count; i++) {
                weighted[i] = weights[i] * column[i];
            }
            for (int k = j; k < size; k++) {
                system[j][k] = Columns.dot(weighted, columns[k], count);
                system[k][j] = system[j][k];
            }
            system[j][size] = Columns.dot(weighted, right, count);
        }
        return nonNegative();
    }

    private double[] nonNegative() {
        double[] best = new double[size];
        double lowest = Double.POSITIVE_INFINITY;
        int all = (1 << size) - 1;
        for (int free = all; free >= 1; free--) {
            double[] solution = stationary(free);
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
    private double[] stationary(int free) {
        double[][] m = eliminated;
        for (int j = 0; j < size; j++) {
            if ((free >> j & 1) == 0) {
                Arrays.fill(m[j], 0);
                m[j][j] = 1;
            } else {
                System.arraycopy(system[j], 0, m[j], 0, size + 1);
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
