package io.isoloss.analysis.fit;

import io.isoloss.analysis.fit.HuberSurface.Expansion;

/** Damped Newton steps with the exact Hessian (Levenberg 1944, Marquardt 1963), down to the rounding of doubles. */
final class NewtonPolish {
    /** Tens on data with noise near delta; under larger noise the steps go from kink to kink of Huber's loss. */
    private static final int MOST_STEPS = 3000;
    /** 2^6 delta exceeds the noise of any loss worth fitting at delta 1e-3. */
    private static final int STAGES = 6;

    /** Relative gradient that further steps could not lower: residuals carry 1e-16 against a delta of 1e-3 to 1e-4. */
    private static final double STATIONARY = 1e-11;
    /** Below this share of any predicted loss, E counts as 0. */
    private static final double NO_SHARE = 1e-8;

    private final HuberSurface surface;
    private final double[] weights;

    NewtonPolish(HuberSurface surface, double[] weights) {
        this.surface = surface;
        this.weights = weights;
    }

    /** The local minimum below {@code start}. If E shrinks to nothing, the minimum with E = 0. */
    double[] descend(double[] start) {
        return newton(surface, start);
    }

    /** A minimum reached through larger deltas, halved by stages: under noise far above delta often a lower one. */
    double[] descendInStages(double[] start) {
        double[] theta = start;
        for (int stage = STAGES; stage >= 0; stage--) {
            theta = newton(surface.withDelta(Math.scalb(surface.delta, stage)), theta);
        }
        return theta;
    }

    private double[] newton(HuberSurface surface, double[] start) {
        double[] theta = start.clone();
        Expansion at = surface.expand(theta, weights);
        double damping = 1e-3;
        for (int step = 0; step < MOST_STEPS && at.relativeGradient() > STATIONARY && damping < 1e12; step++) {
            if (theta[0] != Double.NEGATIVE_INFINITY && at.largestShare[0] < NO_SHARE) {
                theta[0] = Double.NEGATIVE_INFINITY;
                at = surface.expand(theta, weights);
            }
            double[] move = step(at, damping);
            if (move == null) {
                damping = Math.max(10 * damping, 1e-9);
                continue;
            }
            double[] next = add(theta, move);
            double predicted = predictedDrop(at, move);
            double drop = at.value - surface.value(next, weights);
            boolean atRounding = Math.abs(drop) <= 1e-13 * at.value && predicted <= 1e-13 * at.value;
            if (drop > 0 || atRounding) {
                Expansion there = surface.expand(next, weights);
                if (drop <= 0 && there.relativeGradient() >= at.relativeGradient()) {
                    break;
                }
                theta = next;
                at = there;
                damping = drop > 0.75 * predicted ? damping / 8 : drop < 0.25 * predicted ? damping * 4 : damping;
            } else {
                damping = Math.max(4 * damping, 1e-9);
            }
        }
        return theta;
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

    private static double[] add(double[] theta, double[] move) {
        double[] sum = new double[theta.length];
        for (int j = 0; j < theta.length; j++) {
            sum[j] = theta[j] + move[j];
        }
        return sum;
    }

    /** Solves (H + damping scale) move = -gradient by Cholesky; null if that matrix is not positive definite. */
    private static double[] step(Expansion at, double damping) {
        int n = HuberSurface.SIZE;
        double[][] lower = new double[n][n];
        for (int j = 0; j < n; j++) {
            for (int k = 0; k <= j; k++) {
                double sum = at.hessian[j][k] + (j == k ? damping * at.scale[j] : 0);
                for (int m = 0; m < k; m++) {
                    sum -= lower[j][m] * lower[k][m];
                }
                if (j > k) {
                    lower[j][k] = sum / lower[k][k];
                } else if (sum > 1e-14 * at.scale[j]) {
                    lower[j][j] = Math.sqrt(sum);
                } else {
                    return null;
                }
            }
        }
        double[] move = new double[n];
        for (int j = 0; j < n; j++) {
            double sum = -at.gradient[j];
            for (int k = 0; k < j; k++) {
                sum -= lower[j][k] * move[k];
            }
            move[j] = sum / lower[j][j];
        }
        for (int j = n - 1; j >= 0; j--) {
            for (int k = j + 1; k < n; k++) {
                move[j] -= lower[k][j] * move[k];
            }
            move[j] /= lower[j][j];
        }
        return move;
    }
}
