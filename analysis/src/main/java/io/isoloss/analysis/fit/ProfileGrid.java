package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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
    /** Delta of nodes under absolute deviations: near enough to |r| to rank them, far enough for reweighting to settle. */
    private static final double SMOOTH = 1e-4;

    /** A node: the projected objective and the coordinates of {@link ObjectiveSurface}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Node(double value, double[] at) {}

    /** Most points that the nodes look at: a node only has to lie in the right basin. Of more, a fixed random part. */
    private static final int MOST_POINTS = 2000;
    /** Share of the nodes, the best by the first weighting, that are reweighted. */
    private static final double REWEIGHTED = 0.25;

    private final ObjectiveSurface surface;
    private final int axis;
    private final double[][] theta;
    /** Places of the points that the nodes look at. */
    private final int[] places;
    /** [column][point]: terms over the measured response where residuals are logs, else the terms. */
    private final double[][] columns;
    /** [node][term]: its column. Nodes share those that depend on one coordinate of a lattice. */
    private final int[][] column;
    /** Where residuals are plain the response, else 1. */
    private final double[] target;

    ProfileGrid(ObjectiveSurface all) {
        this.places = some(all.points.count());
        this.surface = places.length == all.points.count() ? all : all.at(places);
        this.axis = surface.shapes < AXIS.length ? AXIS[surface.shapes] : 0;
        this.theta = axis > 0 ? lattice() : halton();
        this.target = new double[places.length];
        for (int i = 0; i < target.length; i++) {
            target[i] = surface.residuals == Residuals.LOG ? 1 : surface.points.y()[i];
        }
        this.column = new int[theta.length][surface.terms];
        List<double[]> made = new ArrayList<>();
        if (surface.form.logLinear()) {
            addShared(made);
        } else {
            for (int node = 0; node < theta.length; node++) {
                for (double[] one : basis(theta[node])) {
                    column[node][made.size() % surface.terms] = made.size();
                    made.add(one);
                }
            }
        }
        this.columns = made.toArray(double[][]::new);
    }

    /** All places below {@code count}, or as many as the nodes look at, drawn without replacement and ascending. */
    private static int[] some(int count) {
        int[] all = IntStream.range(0, count).toArray();
        if (count <= MOST_POINTS) {
            return all;
        }
        SplittableRandom random = new SplittableRandom(0);
        for (int i = 0; i < MOST_POINTS; i++) {
            int other = random.nextInt(i, count);
            int kept = all[i];
            all[i] = all[other];
            all[other] = kept;
        }
        int[] drawn = Arrays.copyOf(all, MOST_POINTS);
        Arrays.sort(drawn);
        return drawn;
    }

    /** Columns of a form whose terms each depend on a few shapes: one for each set of values of those. */
    private void addShared(List<double[]> made) {
        for (int t = 0; t < surface.terms; t++) {
            Map<List<Double>, Integer> known = new HashMap<>();
            for (int node = 0; node < theta.length; node++) {
                double[] at = theta[node];
                List<Double> shapes = Arrays.stream(surface.activeShapes(t))
                        .mapToObj(j -> at[j])
                        .toList();
                Integer place = known.get(shapes);
                if (place == null) {
                    place = made.size();
                    known.put(shapes, place);
                    double[] one = surface.logTerm(t, at);
                    for (int i = 0; i < one.length; i++) {
                        one[i] = surface.form.sign(t) * Math.exp(one[i]) * unit(i);
                    }
                    made.add(one);
                }
                column[node][t] = place;
            }
        }
    }

    /** What a prediction of point i is multiplied by, for residuals to first order. */
    private double unit(int i) {
        return surface.residuals == Residuals.LOG ? 1 / surface.points.y()[i] : 1;
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
        int n = places.length;
        double[][] basis = new double[surface.terms][n];
        double[] logTerms = new double[surface.terms];
        double[][] slopes = new double[surface.terms][surface.shapes];
        double[] unit = new double[surface.scales];
        Arrays.fill(unit, 1);
        double[] centred = surface.coordinates(unit, theta);
        for (int i = 0; i < n; i++) {
            surface.form.evaluate(theta, surface.points.x()[i], logTerms, slopes);
            for (int t = 0; t < surface.terms; t++) {
                double log = logTerms[t] - (t < surface.scales ? centred[t] : 0);
                basis[t][i] = surface.form.sign(t) * Math.exp(log) * unit(i);
            }
        }
        return basis;
    }

    /** The {@code most} best local minima of the projected objective over the points of positive weight, best first. */
    List<Node> best(double[] weights, int most) {
        Projection projection = new Projection(weights);
        double[] values = new double[theta.length];
        Arrays.setAll(values, node -> projection.value(node, 1));
        if (projection.reweightings() > 1) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            double bar = sorted[(int) (REWEIGHTED * (sorted.length - 1))];
            for (int node = 0; node < values.length; node++) {
                if (values[node] <= bar) {
                    values[node] = projection.value(node, REWEIGHTINGS);
                }
            }
        }
        return IntStream.range(0, values.length)
                .filter(node -> axis == 0 || isLocalMinimum(values, node))
                .boxed()
                .sorted(Comparator.comparingDouble(node -> values[node]))
                .limit(most)
                .map(projection::node)
                .toList();
    }

    private boolean isLocalMinimum(double[] values, int node) {
        int rows = surface.shapes == 2 ? axis : 1;
        int row = surface.shapes == 2 ? node / axis : 0;
        int column = node % axis;
        for (int r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
            for (int c = Math.max(0, column - 1); c <= Math.min(axis - 1, column + 1); c++) {
                if (values[r * axis + c] < values[node]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The nodes under one weighting of the points; room for one node at a time. */
    private final class Projection {
        /** Of the points of positive weight, as are the others. */
        private final double[] weights;

        private final double[] target;
        private final double[][] columns;
        private final double[] reweighted;
        private final double[] residual;
        private final NonNegative solver = new NonNegative(surface.scales);
        private final double[][] basis = new double[surface.terms][];
        private final Rho rho;
        /** Of the last node. */
        private double[] scales;

        Projection(double[] all) {
            int[] drawn = IntStream.range(0, places.length)
                    .filter(i -> all[places[i]] > 0)
                    .toArray();
            this.weights = Arrays.stream(drawn).mapToDouble(i -> all[places[i]]).toArray();
            this.target = Points.at(ProfileGrid.this.target, drawn);
            this.columns = ProfileGrid.this.columns.clone();
            for (int i = 0; i < columns.length && drawn.length < places.length; i++) {
                columns[i] = Points.at(columns[i], drawn);
            }
            this.reweighted = new double[drawn.length];
            this.residual = new double[drawn.length];
            this.rho = surface.rho.kind() == Rho.Kind.LAD ? surface.rho.withDelta(SMOOTH) : surface.rho;
        }

        int reweightings() {
            return surface.scales == 0 || Double.isInfinite(rho.delta()) ? 1 : REWEIGHTINGS;
        }

        /** The projected objective after some reweightings; infinite where it is none. */
        double value(int node, int reweightings) {
            System.arraycopy(weights, 0, reweighted, 0, weights.length);
            double value = 0;
            for (int pass = 0; pass < reweightings; pass++) {
                scales = solve(node);
                value = reweight(scales);
            }
            return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
        }

        private double[] solve(int node) {
            for (int t = 0; t < basis.length; t++) {
                basis[t] = columns[column[node][t]];
            }
            return solver.solve(basis, target, reweighted);
        }

        /** Turns the weights to those of the residuals under scales c; the objective there. */
        private double reweight(double[] c) {
            for (int i = 0; i < residual.length; i++) {
                residual[i] = -target[i];
            }
            for (int t = 0; t < basis.length; t++) {
                double scale = t < c.length ? c[t] : 1;
                double[] term = basis[t];
                for (int i = 0; i < residual.length; i++) {
                    residual[i] += scale * term[i];
                }
            }
            double value = 0;
            for (int i = 0; i < residual.length; i++) {
                value += weights[i] * rho.value(residual[i]);
                reweighted[i] = weights[i] * rho.weight(residual[i]);
            }
            return value;
        }

        /** A node with the scales of its projection, as a start. */
        Node node(int place) {
            double value = value(place, reweightings());
            return new Node(value, start(scales, theta[place], basis));
        }
    }

    /** A term that the projection set to zero starts at a thousandth of the largest, so that a step in its log can grow it. */
    private double[] start(double[] c, double[] theta, double[][] basis) {
        double[] size = new double[c.length];
        double largest = 0;
        for (int t = 0; t < c.length; t++) {
            for (double value : basis[t]) {
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
