package io.isoloss.analysis.fit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Variable projection (Golub and Pereyra 1973; for scaling laws Czech 2026, arXiv:2603.22339): given (alpha, beta) the
 * loss is linear in (E, A, B), so a grid over the two exponents with an inner non-negative least squares sees the whole
 * surface. Log residuals are taken to first order, and Huber's loss by three reweightings.
 */
final class ProfileGrid {
    private static final int NODES = 24;
    private static final double LOWEST = 0.02;
    private static final double HIGHEST = 2;
    private static final int REWEIGHTINGS = 3;

    /** A node of the grid: the exponents' places, the projected objective and theta = (e, a, b, alpha, beta). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(int row, int column, double value, double[] theta) {}

    private final HuberSurface surface;
    private final double[] exponents = new double[NODES];
    private final double[][] paramPowers = new double[NODES][];
    private final double[][] tokenPowers = new double[NODES][];
    private final double[] inverseLoss;

    ProfileGrid(HuberSurface surface) {
        this.surface = surface;
        int n = surface.points();
        this.inverseLoss = new double[n];
        for (int i = 0; i < n; i++) {
            inverseLoss[i] = Math.exp(-surface.logLoss[i]);
        }
        for (int j = 0; j < NODES; j++) {
            exponents[j] = LOWEST * Math.pow(HIGHEST / LOWEST, j / (NODES - 1.0));
            paramPowers[j] = scaledPowers(surface.x, exponents[j]);
            tokenPowers[j] = scaledPowers(surface.y, exponents[j]);
        }
    }

    private double[] scaledPowers(double[] logs, double exponent) {
        double[] powers = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            powers[i] = Math.exp(-exponent * logs[i]) * inverseLoss[i];
        }
        return powers;
    }

    /** The {@code most} best local minima of the projected objective, best first. */
    List<Node> localMinima(double[] weights, int most) {
        Node[][] nodes = nodes(weights);
        List<Node> minima = new ArrayList<>();
        for (Node[] row : nodes) {
            for (Node node : row) {
                if (isLocalMinimum(nodes, node)) {
                    minima.add(node);
                }
            }
        }
        minima.sort(Comparator.comparingDouble(Node::value));
        return minima.subList(0, Math.min(most, minima.size()));
    }

    /** Starts around the best node, {@code reach} places away on both axes, to test whether they agree with it. */
    List<Node> around(Node best, double[] weights, int reach) {
        List<Node> nodes = new ArrayList<>();
        for (int row : new int[] {best.row() - reach, best.row() + reach}) {
            for (int column : new int[] {best.column() - reach, best.column() + reach}) {
                nodes.add(node(clamp(row), clamp(column), weights, new double[surface.points()]));
            }
        }
        return nodes;
    }

    private static int clamp(int place) {
        return Math.max(0, Math.min(NODES - 1, place));
    }

    private Node[][] nodes(double[] weights) {
        Node[][] nodes = new Node[NODES][NODES];
        double[] reweighted = new double[surface.points()];
        for (int row = 0; row < NODES; row++) {
            for (int column = 0; column < NODES; column++) {
                nodes[row][column] = node(row, column, weights, reweighted);
            }
        }
        return nodes;
    }

    private static boolean isLocalMinimum(Node[][] nodes, Node node) {
        for (int row = clamp(node.row() - 1); row <= clamp(node.row() + 1); row++) {
            for (int column = clamp(node.column() - 1); column <= clamp(node.column() + 1); column++) {
                if (nodes[row][column].value() < node.value()) {
                    return false;
                }
            }
        }
        return true;
    }

    private Node node(int row, int column, double[] weights, double[] reweighted) {
        double[] first = inverseLoss;
        double[] second = paramPowers[row];
        double[] third = tokenPowers[column];
        System.arraycopy(weights, 0, reweighted, 0, weights.length);
        double[] scales = new double[3];
        double value = 0;
        for (int pass = 0; pass < REWEIGHTINGS; pass++) {
            scales = nonNegative(normalEquations(first, second, third, reweighted));
            value = 0;
            for (int i = 0; i < weights.length; i++) {
                if (weights[i] == 0) {
                    continue;
                }
                double residual = scales[0] * first[i] + scales[1] * second[i] + scales[2] * third[i] - 1;
                double size = Math.abs(residual);
                double slope = Math.min(size, surface.delta);
                value += weights[i] * slope * (size - slope / 2);
                reweighted[i] = size <= surface.delta ? weights[i] : weights[i] * surface.delta / size;
            }
        }
        return new Node(row, column, value, theta(scales, exponents[row], exponents[column]));
    }

    /** A term that the projection set to zero starts at a thousandth of the sum, so that a step in its log can grow it. */
    private static double[] theta(double[] scales, double alpha, double beta) {
        double least = 1e-3 * (scales[0] + scales[1] + scales[2]);
        return new double[] {
            Math.log(Math.max(scales[0], least)),
            Math.log(Math.max(scales[1], least)),
            Math.log(Math.max(scales[2], least)),
            alpha,
            beta
        };
    }

    /** Rows of the symmetric 3x3 system and, in the fourth column, its right-hand side. */
    private static double[][] normalEquations(double[] first, double[] second, double[] third, double[] weights) {
        double s00 = 0;
        double s01 = 0;
        double s02 = 0;
        double s11 = 0;
        double s12 = 0;
        double s22 = 0;
        double r0 = 0;
        double r1 = 0;
        double r2 = 0;
        for (int i = 0; i < weights.length; i++) {
            double w = weights[i];
            double f = w * first[i];
            double s = w * second[i];
            double t = w * third[i];
            s00 += f * first[i];
            s01 += f * second[i];
            s02 += f * third[i];
            s11 += s * second[i];
            s12 += s * third[i];
            s22 += t * third[i];
            r0 += f;
            r1 += s;
            r2 += t;
        }
        return new double[][] {{s00, s01, s02, r0}, {s01, s11, s12, r1}, {s02, s12, s22, r2}};
    }

    /** Non-negative least squares in three unknowns: the best feasible solution over the seven sets of free unknowns. */
    static double[] nonNegative(double[][] system) {
        double[] best = {0, 0, 0};
        double lowest = Double.POSITIVE_INFINITY;
        for (int free = 7; free >= 1; free--) {
            double[] solution = solve(system, free);
            if (solution == null) {
                continue;
            }
            double value = 0;
            for (int j = 0; j < 3; j++) {
                value -= solution[j] * system[j][3]; // at a stationary point the quadratic is -x.r / 2
            }
            if (value < lowest) {
                lowest = value;
                best = solution;
            }
            if (free == 7) {
                break; // feasible and unconstrained: no better one exists
            }
        }
        return best;
    }

    /** The stationary point with only the {@code free} unknowns (a bit set); null if singular or negative. */
    private static double[] solve(double[][] system, int free) {
        double[][] m = new double[3][];
        for (int j = 0; j < 3; j++) {
            m[j] = system[j].clone();
            if ((free >> j & 1) == 0) {
                m[j] = new double[4];
                m[j][j] = 1;
            }
        }
        for (int j = 0; j < 3; j++) {
            if (!(m[j][j] > 1e-13 * system[j][j]) && (free >> j & 1) == 1) {
                return null;
            }
            for (int k = j + 1; k < 3; k++) {
                double factor = m[k][j] / m[j][j];
                for (int l = j; l < 4; l++) {
                    m[k][l] -= factor * m[j][l];
                }
            }
        }
        double[] solution = new double[3];
        for (int j = 2; j >= 0; j--) {
            double sum = m[j][3];
            for (int k = j + 1; k < 3; k++) {
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
