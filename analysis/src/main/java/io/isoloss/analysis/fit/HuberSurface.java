package io.isoloss.analysis.fit;

import java.util.List;

/**
 * The objective sum_i w_i Huber_delta(r_i) with r_i = LSE(e, a - alpha x_i, b - beta y_i) - log L_i (Hoffmann et al.
 * 2022, equation 3), where x and y are the logs of N and D less their means: e = log E, a = log A - alpha mean(log N),
 * b = log B - beta mean(log D). Centring takes most of the correlation between scales and exponents away.
 */
final class HuberSurface {
    /** Parameters, in this order: e, a, b, alpha, beta. */
    static final int SIZE = 5;

    final double[] x;
    final double[] y;
    final double[] logLoss;
    final double meanLogParams;
    final double meanLogTokens;
    final double delta;

    HuberSurface(List<Observation> points, double delta) {
        this.meanLogParams =
                points.stream().mapToDouble(p -> Math.log(p.params())).average().orElseThrow();
        this.meanLogTokens =
                points.stream().mapToDouble(p -> Math.log(p.tokens())).average().orElseThrow();
        this.x = points.stream()
                .mapToDouble(p -> Math.log(p.params()) - meanLogParams)
                .toArray();
        this.y = points.stream()
                .mapToDouble(p -> Math.log(p.tokens()) - meanLogTokens)
                .toArray();
        this.logLoss = points.stream().mapToDouble(p -> Math.log(p.loss())).toArray();
        this.delta = delta;
    }

    private HuberSurface(HuberSurface same, double delta) {
        this.x = same.x;
        this.y = same.y;
        this.logLoss = same.logLoss;
        this.meanLogParams = same.meanLogParams;
        this.meanLogTokens = same.meanLogTokens;
        this.delta = delta;
    }

    /** The same points under another delta. */
    HuberSurface withDelta(double other) {
        return new HuberSurface(this, other);
    }

    int points() {
        return x.length;
    }

    /** Value, exact gradient and exact Hessian at {@code theta}; e may be minus infinity, which fixes E = 0. */
    Expansion expand(double[] theta, double[] weights) {
        Expansion at = new Expansion();
        double[] jacobian = new double[SIZE];
        double[] share = new double[3];
        // Residuals below this are rounding in any measured loss; it keeps the relative gradient of exact data finite.
        double floor = Math.min(delta, 1e-4) / 10;
        for (int i = 0; i < x.length; i++) {
            double w = weights[i];
            if (w == 0) {
                continue;
            }
            double residual = shares(theta, i, share) - logLoss[i];
            double slope = Math.max(-delta, Math.min(delta, residual));
            boolean inside = Math.abs(residual) <= delta;
            at.value += w * slope * (residual - slope / 2);
            jacobian[0] = share[0];
            jacobian[1] = share[1];
            jacobian[2] = share[2];
            jacobian[3] = -share[1] * x[i];
            jacobian[4] = -share[2] * y[i];
            double outer = w * ((inside ? 1 : 0) - slope);
            double bound = w * (inside ? 1 : delta / Math.abs(residual));
            for (int j = 0; j < SIZE; j++) {
                at.gradient[j] += w * slope * jacobian[j];
                at.terms[j] += w * Math.max(Math.abs(slope), floor) * Math.abs(jacobian[j]);
                at.scale[j] += bound * jacobian[j] * jacobian[j];
                for (int k = 0; k <= j; k++) {
                    at.hessian[j][k] += outer * jacobian[j] * jacobian[k];
                }
                at.largestShare[Math.min(j, 2)] = Math.max(at.largestShare[Math.min(j, 2)], share[Math.min(j, 2)]);
            }
            double pull = w * slope;
            at.hessian[0][0] += pull * share[0];
            at.hessian[1][1] += pull * share[1];
            at.hessian[2][2] += pull * share[2];
            at.hessian[3][1] -= pull * share[1] * x[i];
            at.hessian[3][3] += pull * share[1] * x[i] * x[i];
            at.hessian[4][2] -= pull * share[2] * y[i];
            at.hessian[4][4] += pull * share[2] * y[i] * y[i];
            at.slopeInE += pull * Math.exp(-logLoss[i] - residual);
        }
        if (theta[0] == Double.NEGATIVE_INFINITY) {
            at.hessian[0][0] = 1;
            at.scale[0] = 1;
        }
        for (int j = 0; j < SIZE; j++) {
            for (int k = 0; k < j; k++) {
                at.hessian[k][j] = at.hessian[j][k];
            }
        }
        return at;
    }

    /** Value of the objective alone. */
    double value(double[] theta, double[] weights) {
        double sum = 0;
        double[] share = new double[3];
        for (int i = 0; i < x.length; i++) {
            if (weights[i] != 0) {
                double residual = shares(theta, i, share) - logLoss[i];
                double slope = Math.max(-delta, Math.min(delta, residual));
                sum += weights[i] * slope * (residual - slope / 2);
            }
        }
        return sum;
    }

    /** The predicted log loss of point i; fills the shares of the three terms in the predicted loss. */
    private double shares(double[] theta, int i, double[] share) {
        double first = theta[0];
        double second = theta[1] - theta[3] * x[i];
        double third = theta[2] - theta[4] * y[i];
        double largest = Math.max(first, Math.max(second, third));
        share[0] = Math.exp(first - largest);
        share[1] = Math.exp(second - largest);
        share[2] = Math.exp(third - largest);
        double sum = share[0] + share[1] + share[2];
        for (int k = 0; k < 3; k++) {
            share[k] /= sum;
        }
        return largest + Math.log(sum);
    }

    /** Second-order expansion of the objective at a point. */
    static final class Expansion {
        double value;
        final double[] gradient = new double[SIZE];
        final double[][] hessian = new double[SIZE][SIZE];
        /** Sum of the absolute terms of each gradient component. */
        final double[] terms = new double[SIZE];
        /** Diagonal of the majorising Gauss-Newton matrix: positive, the scale of a damped step. */
        final double[] scale = new double[SIZE];
        /** Largest share of E, of the parameter term and of the data term in any predicted loss. */
        final double[] largestShare = new double[3];
        /** Derivative in E itself, which stays defined at E = 0. */
        double slopeInE;

        /** Largest gradient component relative to its absolute terms: 0 at a stationary point, at most 1. */
        double relativeGradient() {
            double largest = 0;
            for (int j = 0; j < SIZE; j++) {
                if (terms[j] > 0) {
                    largest = Math.max(largest, Math.abs(gradient[j]) / terms[j]);
                }
            }
            return largest;
        }
    }
}
