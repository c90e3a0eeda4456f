package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;

/**
 * The objective sum_i w_i rho(r_i) over the coordinates (ln c_1 .. ln c_K, theta_1 .. theta_P) of a law's form. Each ln c_k is
 * centred: it stands for the term at the mean of the points' slopes, which takes most of the correlation between scales and
 * shapes away, and all of it where ln phi is linear in theta.
 */
final class ObjectiveSurface {
    /** Step of central differences for second derivatives of terms, relative to 1 or the shape: balances 1e-16/h and h^2. */
    private static final double STEP = 1e-5;

    final LawForm form;
    final Points points;
    final Rho rho;
    final Residuals residuals;
    final int scales;
    final int terms;
    final int shapes;
    /** Coordinates: scales + shapes. */
    final int size;

    private final double[] target;
    private final int[] signs;
    /** [term][shape]: the slopes that centring takes out; 0 for terms without a scale. */
    private final double[][] centres;
    /** Centred slopes, [point][term * shapes + shape], where they depend on the points alone; else null. */
    private final double[][] fixedSlopes;

    ObjectiveSurface(LawForm form, Points points, Rho rho, Residuals residuals) {
        this.form = form;
        this.points = points;
        this.rho = rho;
        this.residuals = residuals;
        this.scales = form.scales().size();
        this.terms = form.terms();
        this.shapes = form.shapes().size();
        this.size = scales + shapes;
        this.target = new double[points.count()];
        this.signs = new int[terms];
        for (int t = 0; t < terms; t++) {
            signs[t] = form.sign(t);
        }
        for (int i = 0; i < target.length; i++) {
            target[i] = residuals == Residuals.LOG ? Math.log(points.y()[i]) : points.y()[i];
        }
        this.centres = centres();
        this.fixedSlopes = form.logLinear() ? fixedSlopes() : null;
    }

    private ObjectiveSurface(ObjectiveSurface same, Rho rho) {
        this.form = same.form;
        this.points = same.points;
        this.rho = rho;
        this.residuals = same.residuals;
        this.scales = same.scales;
        this.terms = same.terms;
        this.shapes = same.shapes;
        this.size = same.size;
        this.target = same.target;
        this.signs = same.signs;
        this.centres = same.centres;
        this.fixedSlopes = same.fixedSlopes;
    }

    /** The same points under another delta. */
    ObjectiveSurface withDelta(double delta) {
        return new ObjectiveSurface(this, rho.withDelta(delta));
    }

    private double[][] centres() {
        double[] middle = new double[shapes];
        for (int j = 0; j < shapes; j++) {
            double low = form.shapes().get(j).low();
            double high = form.shapes().get(j).high();
            middle[j] = low > 0 ? Math.sqrt(low * high) : (low + high) / 2;
        }
        double[][] mean = new double[terms][shapes];
        double[] logTerms = new double[terms];
        double[][] slopes = new double[terms][shapes];
        for (double[] x : points.x()) {
            form.evaluate(middle, x, logTerms, slopes);
            for (int t = 0; t < scales; t++) {
                for (int j = 0; j < shapes; j++) {
                    mean[t][j] += slopes[t][j] / points.count();
                }
            }
        }
        return mean;
    }

    private double[][] fixedSlopes() {
        double[] logTerms = new double[terms];
        double[][] slopes = new double[terms][shapes];
        double[] zero = new double[shapes];
        double[][] fixed = new double[points.count()][terms * shapes];
        for (int i = 0; i < fixed.length; i++) {
            form.evaluate(zero, points.x()[i], logTerms, slopes);
            for (int t = 0; t < terms; t++) {
                for (int j = 0; j < shapes; j++) {
                    fixed[i][t * shapes + j] = slopes[t][j] - centres[t][j];
                }
            }
        }
        return fixed;
    }

    /** Room for one evaluation: made once for a sweep over the points. */
    private final class Scratch {
        final double[] theta = new double[shapes];
        final double[] logTerms = new double[terms];
        final double[][] slopes = new double[terms][shapes];
        final double[][] above = new double[terms][shapes];
        final double[][] below = new double[terms][shapes];
        final double[] ignored = new double[terms];
        final double[] share = new double[terms];

        Scratch(double[] at) {
            System.arraycopy(at, scales, theta, 0, shapes);
        }

        /** Fills the centred logs of the terms of point i, their slopes where wanted, and the shares; ln |prediction|. */
        double predict(double[] at, int i) {
            double largest = Double.NEGATIVE_INFINITY;
            if (fixedSlopes != null) {
                double[] fixed = fixedSlopes[i];
                for (int t = 0; t < terms; t++) {
                    double sum = t < scales ? at[t] : 0;
                    for (int j = 0; j < shapes; j++) {
                        double slope = fixed[t * shapes + j];
                        slopes[t][j] = slope;
                        sum += theta[j] * slope;
                    }
                    logTerms[t] = sum;
                    largest = Math.max(largest, sum);
                }
            } else {
                form.evaluate(theta, points.x()[i], logTerms, slopes);
                for (int t = 0; t < terms; t++) {
                    double sum = logTerms[t] + (t < scales ? at[t] : 0);
                    for (int j = 0; j < shapes; j++) {
                        sum -= theta[j] * centres[t][j];
                        slopes[t][j] -= centres[t][j];
                    }
                    logTerms[t] = sum;
                    largest = Math.max(largest, sum);
                }
            }
            double sum = 0;
            for (int t = 0; t < terms; t++) {
                share[t] = signs[t] * Math.exp(logTerms[t] - largest);
                sum += share[t];
            }
            for (int t = 0; t < terms; t++) {
                share[t] /= sum;
            }
            return sum > 0 ? largest + Math.log(sum) : Double.NaN;
        }

        /** Fills {@code into} with d slopes / d theta_j of point i. */
        void curve(int i, int j) {
            double step = STEP * Math.max(1, Math.abs(theta[j]));
            double kept = theta[j];
            theta[j] = kept + step;
            form.evaluate(theta, points.x()[i], ignored, above);
            theta[j] = kept - step;
            form.evaluate(theta, points.x()[i], ignored, below);
            theta[j] = kept;
            for (int t = 0; t < terms; t++) {
                for (int k = 0; k < shapes; k++) {
                    above[t][k] = (above[t][k] - below[t][k]) / (2 * step);
                }
            }
        }
    }

    /** Residual of point i for the ln |prediction| z. */
    private double residual(double z, int i) {
        return (residuals == Residuals.LOG ? z : Math.exp(z)) - target[i];
    }

    /** Value of the objective alone; infinite where a prediction is no positive number. */
    double value(double[] at, double[] weights) {
        Scratch scratch = new Scratch(at);
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
            if (weights[i] != 0) {
                sum += weights[i] * rho.value(residual(scratch.predict(at, i), i));
            }
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
    }

    /** Value and gradient. */
    double gradient(double[] at, double[] weights, double[] gradient) {
        Scratch scratch = new Scratch(at);
        java.util.Arrays.fill(gradient, 0);
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
            if (weights[i] == 0) {
                continue;
            }
            double z = scratch.predict(at, i);
            double r = residual(z, i);
            sum += weights[i] * rho.value(r);
            double pull = weights[i] * rho.slope(r) * (residuals == Residuals.LOG ? 1 : Math.exp(z));
            for (int t = 0; t < terms; t++) {
                double p = pull * scratch.share[t];
                if (t < scales) {
                    gradient[t] += p;
                }
                for (int j = 0; j < shapes; j++) {
                    gradient[scales + j] += p * scratch.slopes[t][j];
                }
            }
        }
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
    }

    /** Residuals of all points. */
    double[] residuals(double[] at) {
        Scratch scratch = new Scratch(at);
        double[] all = new double[target.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = residual(scratch.predict(at, i), i);
        }
        return all;
    }

    /** Value, exact gradient and Hessian; a floor's coordinate may be minus infinity, which fixes it at 0. */
    Expansion expand(double[] at, double[] weights) {
        Expansion e = new Expansion(size);
        Scratch scratch = new Scratch(at);
        double[] jacobian = new double[size];
        // Residuals below this are rounding in any measured loss; it keeps the relative gradient of exact data finite.
        double floor = Math.min(rho.delta(), 1e-4) / 10;
        for (int i = 0; i < target.length; i++) {
            double w = weights[i];
            if (w == 0) {
                continue;
            }
            double z = scratch.predict(at, i);
            double unit = residuals == Residuals.LOG ? 1 : Math.exp(z);
            double r = residual(z, i);
            double slope = rho.slope(r);
            e.value += w * rho.value(r);
            for (int j = 0; j < shapes; j++) {
                jacobian[scales + j] = 0;
            }
            for (int t = 0; t < terms; t++) {
                double share = scratch.share[t];
                if (t < scales) {
                    jacobian[t] = share;
                }
                for (int j = 0; j < shapes; j++) {
                    jacobian[scales + j] += share * scratch.slopes[t][j];
                }
            }
            double pull = w * slope * unit;
            double outer = w * rho.curvature(r) * unit * unit - (residuals == Residuals.LOG ? pull : 0);
            double bound = w * rho.weight(r) * unit * unit;
            double size1 = w * Math.max(Math.abs(slope), floor) * unit;
            for (int j = 0; j < size; j++) {
                double first = jacobian[j];
                double magnitude = Math.abs(first);
                e.gradient[j] += pull * first;
                e.terms[j] += size1 * magnitude;
                e.scale[j] += bound * first * first;
                e.influence[j] = Math.max(e.influence[j], magnitude);
                double[] row = e.hessian[j];
                double[] boundRow = e.bound[j];
                for (int k = 0; k <= j; k++) {
                    double product = first * jacobian[k];
                    row[k] += outer * product;
                    boundRow[k] += bound * product;
                }
            }
            for (int t = 0; t < terms; t++) {
                double p = pull * scratch.share[t];
                if (t < scales) {
                    e.hessian[t][t] += p;
                }
                double[] slopes = scratch.slopes[t];
                for (int j = 0; j < shapes; j++) {
                    double[] row = e.hessian[scales + j];
                    double ps = p * slopes[j];
                    if (t < scales) {
                        row[t] += ps;
                    }
                    for (int k = 0; k <= j; k++) {
                        row[scales + k] += ps * slopes[k];
                    }
                }
            }
            if (fixedSlopes == null) {
                for (int j = 0; j < shapes; j++) {
                    scratch.curve(i, j);
                    for (int t = 0; t < terms; t++) {
                        for (int k = 0; k <= j; k++) {
                            e.hessian[scales + j][scales + k] += pull * scratch.share[t] * scratch.above[t][k];
                        }
                    }
                }
            }
            if (form.floor() >= 0) {
                e.slopeInFloor += pull * Math.exp(-z);
            }
        }
        if (form.floor() >= 0 && at[form.floor()] == Double.NEGATIVE_INFINITY) {
            e.hessian[form.floor()][form.floor()] = 1;
            e.scale[form.floor()] = 1;
        }
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < j; k++) {
                e.hessian[k][j] = e.hessian[j][k];
            }
        }
        if (Double.isNaN(e.value)) {
            e.value = Double.POSITIVE_INFINITY;
        }
        return e;
    }

    /** The scales c_k at coordinates {@code at}. */
    double[] scales(double[] at) {
        double[] c = new double[scales];
        for (int t = 0; t < scales; t++) {
            double log = at[t];
            for (int j = 0; j < shapes; j++) {
                log -= centres[t][j] * at[scales + j];
            }
            c[t] = Math.exp(log);
        }
        return c;
    }

    /** The shapes theta_j at coordinates {@code at}. */
    double[] theta(double[] at) {
        double[] theta = new double[shapes];
        System.arraycopy(at, scales, theta, 0, shapes);
        return theta;
    }

    /** Coordinates of scales and shapes. */
    double[] coordinates(double[] c, double[] theta) {
        double[] at = new double[size];
        System.arraycopy(theta, 0, at, scales, shapes);
        for (int t = 0; t < scales; t++) {
            at[t] = Math.log(c[t]);
            for (int j = 0; j < shapes; j++) {
                at[t] += centres[t][j] * theta[j];
            }
        }
        return at;
    }

    /** Second-order expansion of the objective at a point. */
    static final class Expansion {
        double value;
        final double[] gradient;
        final double[][] hessian;
        /** Sum of the absolute terms of each gradient component. */
        final double[] terms;
        /**
         * Lower triangle of the matrix of iteratively reweighted least squares, which bounds the objective from above where
         * residuals are linear: the metric of a damped step.
         */
        final double[][] bound;
        /** Its diagonal. */
        final double[] scale;
        /** Largest change of any ln prediction by a unit step of each coordinate. */
        final double[] influence;
        /** Derivative in the floor itself, which stays defined where it is 0. */
        double slopeInFloor;

        Expansion(int size) {
            gradient = new double[size];
            hessian = new double[size][size];
            bound = new double[size][size];
            terms = new double[size];
            scale = new double[size];
            influence = new double[size];
        }
    }
}
