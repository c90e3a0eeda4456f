package io.isoloss.analysis.fit;

import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.Shape;

/** Damped Newton steps with the exact Hessian (Levenberg 1944, Marquardt 1963), down to the rounding of doubles. */
final class NewtonPolish {
    /** Tens on data with noise near delta; under larger noise the steps go from kink to kink of Huber's loss. */
    private static final int MOST_STEPS = 1000;
    /** Steps of a stage that only has to lead to the next. */
    private static final int STAGE_STEPS = 12;
    /** Factor between the deltas of two stages. */
    private static final double STAGE = 4;

    /** Relative gradient that further steps could not lower: residuals carry 1e-16 against a delta of 1e-3 to 1e-4. */
    private static final double STATIONARY = 1e-11;
    /** Below this share of any predicted loss, the floor counts as 0. */
    private static final double NO_SHARE = 1e-8;

    private final ObjectiveSurface surface;
    private final double[] weights;
    private final double[] least;
    private final double[] most;

    NewtonPolish(ObjectiveSurface surface, double[] weights) {
        this.surface = surface;
        this.weights = weights;
        this.least = new double[surface.size];
        this.most = new double[surface.size];
        for (int j = 0; j < surface.size; j++) {
            Shape shape = j < surface.scales ? null : surface.form.shapes().get(j - surface.scales);
            least[j] = shape == null ? Double.NEGATIVE_INFINITY : shape.least();
            most[j] = shape == null ? Double.POSITIVE_INFINITY : shape.most();
        }
    }

    /** Where a descent ended, and the objective there. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record End(double[] at, Expansion expansion) {}

    /** The local minimum below {@code start}. If the floor shrinks to nothing, the minimum with a floor of 0. */
    End descend(double[] start) {
        return newton(surface, start, MOST_STEPS);
    }

    /** A minimum reached through larger deltas, from {@code first} down: under noise far above delta often a lower one. */
    End descendInStages(double[] start, double first) {
        double[] at = start;
        for (double delta = first; delta > surface.rho.delta(); delta /= STAGE) {
            at = newton(surface.withDelta(delta), at, STAGE_STEPS).at();
        }
        return newton(surface, at, MOST_STEPS);
    }

    private End newton(ObjectiveSurface on, double[] start, int mostSteps) {
        double[] at = start.clone();
        int floor = on.form.floor();
        Expansion here = on.expand(at, weights);
        double damping = 1e-3;
        for (int step = 0; step < mostSteps && damping < 1e12; step++) {
            boolean[] held = held(at, here);
            if (relativeGradient(here, held) <= STATIONARY) {
                break;
            }
            if (floor >= 0 && at[floor] != Double.NEGATIVE_INFINITY && here.influence[floor] < NO_SHARE) {
                at[floor] = Double.NEGATIVE_INFINITY;
                here = on.expand(at, weights);
            }
            double[] move = step(here, damping, held);
            if (move == null) {
                damping = Math.max(10 * damping, 1e-9);
                continue;
            }
            double[] next = add(at, move);
            double predicted = predictedDrop(here, move);
            Expansion there = on.expand(next, weights);
            double drop = here.value - there.value;
            boolean atRounding = Math.abs(drop) <= 1e-13 * here.value && predicted <= 1e-13 * here.value;
            if (drop > 0 || atRounding) {
                if (drop <= 0 && relativeGradient(there, held) >= relativeGradient(here, held)) {
                    break;
                }
                at = next;
                here = there;
                damping = drop > 0.75 * predicted ? damping / 8 : drop < 0.25 * predicted ? damping * 4 : damping;
            } else {
                damping = Math.max(4 * damping, 1e-9);
            }
        }
        return new End(at, here);
    }

    /** Coordinates at a bound that the objective pushes against. */
    boolean[] held(double[] at, Expansion here) {
        boolean[] held = new boolean[at.length];
        for (int j = surface.scales; j < at.length; j++) {
            held[j] = (at[j] <= least[j] && here.gradient[j] > 0) || (at[j] >= most[j] && here.gradient[j] < 0);
        }
        return held;
    }

    /** Largest free gradient component relative to its absolute terms: 0 at a stationary point, at most 1. */
    static double relativeGradient(Expansion here, boolean[] held) {
        double largest = 0;
        for (int j = 0; j < held.length; j++) {
            if (!held[j] && here.terms[j] > 0) {
                largest = Math.max(largest, Math.abs(here.gradient[j]) / here.terms[j]);
            }
        }
        return largest;
    }

    private static double predictedDrop(Expansion at, double[] move) {
        double drop = 0;
        for (int j = 0; j < move.length; j++) {
            drop -= at.gradient[j] * move[j];
            for (int k = 0; k < move.length; k++) {
                drop -= 0.5 * move[j] * at.hessian[j][k] * move[k];
            }
        }
        return drop;
    }

    /** The sum, within the bounds; {@code move} becomes what was moved. */
    private double[] add(double[] at, double[] move) {
        double[] sum = new double[at.length];
        for (int j = 0; j < at.length; j++) {
            sum[j] = at[j] + move[j];
            if (sum[j] < least[j] || sum[j] > most[j]) {
                sum[j] = Math.max(least[j], Math.min(most[j], sum[j]));
                move[j] = sum[j] - at[j];
            }
        }
        return sum;
    }

    /** The move of (H + damping bound) move = -gradient over the free coordinates; null if that matrix is not positive. */
    private static double[] step(Expansion at, double damping, boolean[] held) {
        int n = held.length;
        double[][] matrix = new double[n][n];
        double[] right = new double[n];
        for (int j = 0; j < n; j++) {
            right[j] = held[j] ? 0 : -at.gradient[j];
            for (int k = 0; k <= j; k++) {
                matrix[j][k] = held[j] || held[k] ? 0 : at.hessian[j][k] + damping * at.bound[j][k];
            }
            matrix[j][j] = held[j] ? 1 : matrix[j][j] + 1e-6 * damping * at.scale[j];
        }
        return Cholesky.solve(matrix, right);
    }
}
