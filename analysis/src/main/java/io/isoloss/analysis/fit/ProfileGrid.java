package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Variable projection (Golub and Pereyra 1973; for scaling laws Czech 2026, arXiv:2603.22339): given the shapes a law is linear
 * in its scales, so nodes over the shapes with an inner non-negative least squares see the whole surface. Log residuals are
 * taken to first order, and the cost by three reweightings.
 */
final class ProfileGrid {
    /** Nodes on an axis of one or two shapes; more shapes are sampled. */
    private static final int[] AXIS = {1, 64, 20};
    /** Nodes sampled in the box of three shapes or more. */
    private static final int SAMPLED = 600;
    /** Bases of the Halton sequence, one a shape (Halton 1960). */
    private static final int[] PRIMES = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

    private static final int REWEIGHTINGS = 3;

    /** A node: the projected objective and the coordinates of {@link ObjectiveSurface}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(double value, double[] at) {}

    private final ObjectiveSurface surface;
    private final int axis;
    private final double[][] theta;
    /** [node][term][point]: terms over the measured response where residuals are logs, else the terms. */
    private final double[][][] basis;
    /** Where residuals are plain the response, else 1. */
    private final double[] target;

    ProfileGrid(ObjectiveSurface surface) {
        this.surface = surface;
        this.axis = surface.shapes < AXIS.length ? AXIS[surface.shapes] : 0;
        this.theta = axis > 0 ? lattice() : halton();
        int n = surface.points.count();
        this.target = new double[n];
        for (int i = 0; i < n; i++) {
            target[i] = surface.residuals == Residuals.LOG ? 1 : surface.points.y()[i];
        }
        this.basis = new double[theta.length][][];
        for (int node = 0; node < theta.length; node++) {
            basis[node] = basis(theta[node]);
        }
    }

    private static double along(Shape shape, double share) {
        return shape.low() > 0
                ? shape.low() * Math.pow(shape.high() / shape.low(), share)
                : shape.low() + share * (shape.high() - shape.low());
    }

    private double[][] lattice() {
        int count = (int) Math.pow(axis, surface.shapes);
        double[][] nodes = new double[count][surface.shapes];
        for (int node = 0; node < count; node++) {
            int rest = node;
            for (int j = surface.shapes - 1; j >= 0; j--) {
                nodes[node][j] = along(surface.form.shapes().get(j), axis == 1 ? 0.5 : rest % axis / (axis - 1.0));
                rest /= axis;
            }
        }
        return nodes;
    }

    private double[][] halton() {
        double[][] nodes = new double[SAMPLED][surface.shapes];
        for (int node = 0; node < SAMPLED; node++) {
            for (int j = 0; j < surface.shapes; j++) {
                double share = 0;
                double digit = 1;
                for (int rest = node + 1; rest > 0; rest /= PRIMES[j]) {
                    digit /= PRIMES[j];
                    share += digit * (rest % PRIMES[j]);
                }
                nodes[node][j] = along(surface.form.shapes().get(j), share);
            }
        }
        return nodes;
    }

    private double[][] basis(double[] theta) {
        int n = surface.points.count();
        double[][] columns = new double[surface.terms][n];
        double[] logTerms = new double[surface.terms];
        double[][] slopes = new double[surface.terms][surface.shapes];
        double[] unit = new double[surface.scales];
        java.util.Arrays.fill(unit, 1);
        double[] centred = surface.coordinates(unit, theta);
        for (int i = 0; i < n; i++) {
            surface.form.evaluate(theta, surface.points.x()[i], logTerms, slopes);
            double scale =
                    surface.residuals == Residuals.LOG ? 1 / surface.points.y()[i] : 1;
            for (int t = 0; t < surface.terms; t++) {
                double log = logTerms[t] - (t < surface.scales ? centred[t] : 0);
                columns[t][i] = surface.form.sign(t) * Math.exp(log) * scale;
            }
        }
        return columns;
    }

    /** The {@code most} best local minima of the projected objective, best first. */
    List<Node> best(double[] weights, int most) {
        Node[] nodes = new Node[theta.length];
        NonNegative solver = new NonNegative(surface.scales);
        double[] reweighted = new double[weights.length];
        for (int node = 0; node < nodes.length; node++) {
            nodes[node] = node(node, weights, reweighted, solver);
        }
        List<Node> minima = new ArrayList<>();
        for (int node = 0; node < nodes.length; node++) {
            if (axis == 0 || isLocalMinimum(nodes, node)) {
                minima.add(nodes[node]);
            }
        }
        minima.sort(Comparator.comparingDouble(Node::value));
        return minima.subList(0, Math.min(most, minima.size()));
    }

    private boolean isLocalMinimum(Node[] nodes, int node) {
        int rows = surface.shapes == 2 ? axis : 1;
        int row = surface.shapes == 2 ? node / axis : 0;
        int column = node % axis;
        for (int r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
            for (int c = Math.max(0, column - 1); c <= Math.min(axis - 1, column + 1); c++) {
                if (nodes[r * axis + c].value() < nodes[node].value()) {
                    return false;
                }
            }
        }
        return true;
    }

    private Node node(int place, double[] weights, double[] reweighted, NonNegative solver) {
        double[][] columns = basis[place];
        int n = weights.length;
        int scales = surface.scales;
        System.arraycopy(weights, 0, reweighted, 0, n);
        double[] c = new double[scales];
        double value = 0;
        double coarsest = surface.rho.delta();
        if (surface.rho.kind() == Rho.Kind.LAD) {
            coarsest = 1e-4; // near enough to |r| to rank nodes, far enough for reweighting to settle
        }
        Rho rho = surface.rho.withDelta(coarsest);
        for (int pass = 0; pass < (scales == 0 || Double.isInfinite(coarsest) ? 1 : REWEIGHTINGS); pass++) {
            if (scales > 0) {
                c = solver.solve(columns, target, reweighted, surface.terms);
            }
            value = 0;
            for (int i = 0; i < n; i++) {
                if (weights[i] == 0) {
                    continue;
                }
                double residual = -target[i];
                for (int t = 0; t < surface.terms; t++) {
                    residual += (t < scales ? c[t] : 1) * columns[t][i];
                }
                value += weights[i] * rho.value(residual);
                reweighted[i] = weights[i] * rho.weight(residual);
            }
        }
        return new Node(Double.isNaN(value) ? Double.POSITIVE_INFINITY : value, start(c, theta[place], columns));
    }

    /** A term that the projection set to zero starts at a thousandth of the largest, so that a step in its log can grow it. */
    private double[] start(double[] c, double[] theta, double[][] columns) {
        double[] size = new double[c.length];
        double largest = 0;
        for (int t = 0; t < c.length; t++) {
            for (double value : columns[t]) {
                size[t] = Math.max(size[t], Math.abs(value));
            }
            largest = Math.max(largest, c[t] * size[t]);
        }
        double[] at = new double[surface.size];
        System.arraycopy(theta, 0, at, surface.scales, surface.shapes);
        for (int t = 0; t < c.length; t++) {
            at[t] = Math.log(Math.max(c[t], 1e-3 * largest / size[t]));
        }
        return at;
    }
}
