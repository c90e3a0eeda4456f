package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.Shape;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989) in all coordinates: the solver of Hoffmann et al. 2022, and here the second
 * method, which shares nothing with {@link ProfileGrid} and {@link NewtonPolish} but the objective.
 */
final class Lbfgs {
    private static final int MEMORY = 10;
    private static final int MOST_STEPS = 400;
    /** Sufficient decrease (Armijo 1966). */
    private static final double ARMIJO = 1e-4;
    /** Relative decrease below which a step counts as none. */
    private static final double SMALLEST_DROP = 1e-14;

    private final ObjectiveSurface surface;
    private final double[] weights;

    Lbfgs(ObjectiveSurface surface, double[] weights) {
        this.surface = surface;
        this.weights = weights;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pair(double[] move, double[] change, double inner) {}

    /** Where the descent from {@code start} ends. */
    double[] descend(double[] start) {
        int n = surface.size;
        double[] at = start.clone();
        double[] gradient = new double[n];
        double value = surface.gradient(at, weights, gradient);
        ArrayDeque<Pair> pairs = new ArrayDeque<>();
        int still = 0;
        for (int step = 0; step < MOST_STEPS && still < 3 && Double.isFinite(value); step++) {
            double[] direction = direction(gradient, pairs);
            double slope = dot(direction, gradient);
            if (!(slope < 0)) {
                pairs.clear();
                direction = direction(gradient, pairs);
                slope = dot(direction, gradient);
            }
            double length = pairs.isEmpty() ? Math.min(1, 0.5 / Math.sqrt(dot(direction, direction))) : 1;
            double[] next = at;
            double[] nextGradient = new double[n];
            double nextValue = Double.POSITIVE_INFINITY;
            for (int halving = 0; halving < 40; halving++) {
                next = within(at, direction, length);
                nextValue = surface.gradient(next, weights, nextGradient);
                if (nextValue <= value + ARMIJO * length * slope) {
                    break;
                }
                length /= halving < 3 ? 2 : 5;
            }
            if (!(nextValue < value)) {
                if (pairs.isEmpty()) {
                    break;
                }
                pairs.clear();
                still++;
                continue;
            }
            still = value - nextValue <= SMALLEST_DROP * value ? still + 1 : 0;
            double[] move = minus(next, at);
            double[] change = minus(nextGradient, gradient);
            double inner = dot(move, change);
            if (inner > 1e-12 * dot(change, change)) {
                pairs.addLast(new Pair(move, change, inner));
                if (pairs.size() > MEMORY) {
                    pairs.removeFirst();
                }
            }
            at = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return at;
    }

    /** The two-loop recursion. */
    private static double[] direction(double[] gradient, ArrayDeque<Pair> pairs) {
        double[] q = gradient.clone();
        double[] shares = new double[pairs.size()];
        int place = pairs.size();
        for (Iterator<Pair> newest = pairs.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            place--;
            shares[place] = dot(pair.move(), q) / pair.inner();
            add(q, pair.change(), -shares[place]);
        }
        if (!pairs.isEmpty()) {
            Pair last = pairs.getLast();
            double scale = last.inner() / dot(last.change(), last.change());
            for (int j = 0; j < q.length; j++) {
                q[j] *= scale;
            }
        }
        for (Pair pair : pairs) {
            add(q, pair.move(), shares[place] - dot(pair.change(), q) / pair.inner());
            place++;
        }
        for (int j = 0; j < q.length; j++) {
            q[j] = -q[j];
        }
        return q;
    }

    private double[] within(double[] at, double[] direction, double length) {
        double[] next = new double[at.length];
        for (int j = 0; j < at.length; j++) {
            next[j] = at[j] + length * direction[j];
            if (j >= surface.scales) {
                Shape shape = surface.form.shapes().get(j - surface.scales);
                next[j] = Math.max(shape.least(), Math.min(shape.most(), next[j]));
            }
        }
        return next;
    }

    private static double[] minus(double[] one, double[] two) {
        double[] difference = new double[one.length];
        Arrays.setAll(difference, j -> one[j] - two[j]);
        return difference;
    }

    private static void add(double[] into, double[] what, double factor) {
        for (int j = 0; j < into.length; j++) {
            into[j] += factor * what[j];
        }
    }

    private static double dot(double[] one, double[] two) {
        double sum = 0;
        for (int j = 0; j < one.length; j++) {
            sum += one[j] * two[j];
        }
        return sum;
    }
}
