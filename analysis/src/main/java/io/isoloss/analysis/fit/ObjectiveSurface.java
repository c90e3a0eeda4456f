package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.LawForm;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * The objective sum_i w_i rho(r_i), with positive weights w_i, over the coordinates (ln c_1 .. ln c_K, theta_1 .. theta_P) of a law's form. Each ln c_k is
 * centred: it stands for the term at the mean of the points' slopes, which takes most of the correlation between scales and
 * shapes away, and all of it where ln phi is linear in theta.
 *
 * <p>Points are worked off column by column in {@link Block}s, and many points in chunks of a fixed size on all cores, whose
 * sums are added in order: the same to the last bit whatever the number of threads.
 */
final class ObjectiveSurface {
    /** Step of central differences for second derivatives of terms, relative to 1 or the shape: balances 1e-16/h and h^2. */
    private static final double STEP = 1e-5;
    /** Points that share one scratch: the columns of a block of a few terms stay in the first-level cache. */
    private static final int BLOCK = 128;
    /** Points of a chunk, some hundreds of microseconds of work: a task of one core. */
    private static final int CHUNK = 64 * BLOCK;
    /** Sums of terms between this and its inverse are exact without a common factor taken out first. */
    private static final double SAFE = 1e-280;

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
    /** [term]: the shapes that move the term. */
    private final int[][] active;
    /** Centred slopes, [term][place in active][point], where they depend on the points alone; else null. */
    private final double[][][] fixedSlopes;

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
        this.active = active();
        this.fixedSlopes = form.logLinear() ? fixedSlopes() : null;
    }

    private ObjectiveSurface(ObjectiveSurface same, Points points, Rho rho, double[] target, double[][][] fixedSlopes) {
        this.form = same.form;
        this.points = points;
        this.rho = rho;
        this.residuals = same.residuals;
        this.scales = same.scales;
        this.terms = same.terms;
        this.shapes = same.shapes;
        this.size = same.size;
        this.target = target;
        this.signs = same.signs;
        this.centres = same.centres;
        this.active = same.active;
        this.fixedSlopes = fixedSlopes;
    }

    /** The same points under another delta. */
    ObjectiveSurface withDelta(double delta) {
        return new ObjectiveSurface(this, points, rho.withDelta(delta), target, fixedSlopes);
    }

    /** The objective over some of the points, in the same coordinates. */
    ObjectiveSurface at(int[] places) {
        double[][][] slopes = null;
        if (fixedSlopes != null) {
            slopes = new double[terms][][];
            for (int t = 0; t < terms; t++) {
                slopes[t] = new double[active[t].length][];
                for (int k = 0; k < slopes[t].length; k++) {
                    slopes[t][k] = Points.at(fixedSlopes[t][k], places);
                }
            }
        }
        return new ObjectiveSurface(this, points.at(places), rho, Points.at(target, places), slopes);
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

    /** All shapes where slopes change with the shapes; else those of some slope that is not 0. */
    private int[][] active() {
        boolean[][] moves = new boolean[terms][shapes];
        if (form.logLinear()) {
            double[] logTerms = new double[terms];
            double[][] slopes = new double[terms][shapes];
            double[] zero = new double[shapes];
            for (double[] x : points.x()) {
                form.evaluate(zero, x, logTerms, slopes);
                for (int t = 0; t < terms; t++) {
                    for (int j = 0; j < shapes; j++) {
                        moves[t][j] |= slopes[t][j] != 0;
                    }
                }
            }
        }
        int[][] places = new int[terms][];
        for (int t = 0; t < terms; t++) {
            boolean[] some = moves[t];
            places[t] = IntStream.range(0, shapes)
                    .filter(j -> !form.logLinear() || some[j])
                    .toArray();
        }
        return places;
    }

    private double[][][] fixedSlopes() {
        double[] logTerms = new double[terms];
        double[][] slopes = new double[terms][shapes];
        double[] zero = new double[shapes];
        double[][][] fixed = new double[terms][][];
        for (int t = 0; t < terms; t++) {
            fixed[t] = new double[active[t].length][points.count()];
        }
        for (int i = 0; i < points.count(); i++) {
            form.evaluate(zero, points.x()[i], logTerms, slopes);
            for (int t = 0; t < terms; t++) {
                for (int k = 0; k < active[t].length; k++) {
                    int j = active[t][k];
                    fixed[t][k][i] = slopes[t][j] - centres[t][j];
                }
            }
        }
        return fixed;
    }

    /** The shapes that move a term, ascending; all of them where the form does not tell. */
    int[] activeShapes(int term) {
        return active[term];
    }

    /** ln phi of a term at all points, centred, [point]; of a log-linear form. */
    double[] logTerm(int term, double[] theta) {
        double[] log = new double[target.length];
        for (int k = 0; k < active[term].length; k++) {
            double[] slope = fixedSlopes[term][k];
            double factor = theta[active[term][k]];
            for (int i = 0; i < log.length; i++) {
                log[i] += factor * slope[i];
            }
        }
        return log;
    }

    /** Some points at one place of the coordinates, as columns: made once for a sweep over the points. */
    private final class Block {
        final double[] at;
        final double[] theta;
        final int room = Math.min(BLOCK, target.length);
        /** Points in use, and the place of the first. */
        int count;

        int from;
        /** Predictions, of the residuals' scale: ln |prediction| where residuals are logs. */
        final double[] predicted = new double[room];

        final double[] residual = new double[room];
        /** [term][point]: each term over the prediction. */
        final double[][] share = new double[terms][room];
        /** [term][place in active][point], where they are not fixed. */
        private final double[][][] movingSlopes;

        private final double[] total = new double[room];
        private final double[] logTerms = new double[terms];
        private final double[][] slopes = new double[terms][shapes];

        Block(double[] at) {
            this.at = at;
            this.theta = theta(at);
            this.movingSlopes = fixedSlopes == null ? new double[terms][shapes][room] : null;
        }

        /** Column of slopes of a term by its k-th active shape; this block begins there at {@link #first}. */
        double[] slope(int term, int k) {
            return fixedSlopes == null ? movingSlopes[term][k] : fixedSlopes[term][k];
        }

        int first() {
            return fixedSlopes == null ? 0 : from;
        }

        /** Fills the predictions, residuals and shares of the points from {@code start} on, up to {@code end}. */
        void predict(int start, int end) {
            from = start;
            count = Math.min(room, end - start);
            if (fixedSlopes == null) {
                evaluate();
            }
            Arrays.fill(total, 0, count, 0);
            for (int t = 0; t < terms; t++) {
                fillTerm(t);
                for (int i = 0; i < count; i++) {
                    total[i] += share[t][i];
                }
            }
            for (int i = 0; i < count; i++) {
                double sum = total[i];
                predicted[i] = residuals == Residuals.LOG ? Math.log(sum) : sum;
                if (!(sum > SAFE && sum < 1 / SAFE)) {
                    predictCarefully(i);
                }
            }
            for (int t = 0; t < terms; t++) {
                for (int i = 0; i < count; i++) {
                    share[t][i] /= total[i];
                }
            }
            for (int i = 0; i < count; i++) {
                residual[i] = predicted[i] - target[start + i];
            }
        }

        /** Evaluates a form whose slopes move: centred logs of the terms into share, and centred slopes. */
        private void evaluate() {
            for (int i = 0; i < count; i++) {
                form.evaluate(theta, points.x()[from + i], logTerms, slopes);
                for (int t = 0; t < terms; t++) {
                    double sum = logTerms[t] + (t < scales ? at[t] : 0);
                    for (int j = 0; j < shapes; j++) {
                        sum -= theta[j] * centres[t][j];
                        movingSlopes[t][j][i] = slopes[t][j] - centres[t][j];
                    }
                    share[t][i] = sum;
                }
            }
        }

        private void fillTerm(int t) {
            double[] column = share[t];
            if (fixedSlopes != null) {
                double log = t < scales ? at[t] : 0;
                if (active[t].length == 0) {
                    Arrays.fill(column, 0, count, signs[t] * Math.exp(log));
                    return;
                }
                Arrays.fill(column, 0, count, log);
                for (int k = 0; k < active[t].length; k++) {
                    double factor = theta[active[t][k]];
                    double[] slope = fixedSlopes[t][k];
                    for (int i = 0; i < count; i++) {
                        column[i] += factor * slope[from + i];
                    }
                }
            }
            for (int i = 0; i < count; i++) {
                column[i] = signs[t] * Math.exp(column[i]);
            }
        }

        /** Point i where the terms leave the range of doubles, or take more away than there is. */
        private void predictCarefully(int i) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int t = 0; t < terms; t++) {
                double log = t < scales ? at[t] : 0;
                if (fixedSlopes != null) {
                    for (int k = 0; k < active[t].length; k++) {
                        log += theta[active[t][k]] * fixedSlopes[t][k][from + i];
                    }
                } else {
                    form.evaluate(theta, points.x()[from + i], logTerms, slopes);
                    log += logTerms[t];
                    for (int j = 0; j < shapes; j++) {
                        log -= theta[j] * centres[t][j];
                    }
                }
                share[t][i] = log;
                largest = Math.max(largest, log);
            }
            double sum = 0;
            for (int t = 0; t < terms; t++) {
                share[t][i] = signs[t] * Math.exp(share[t][i] - largest);
                sum += share[t][i];
            }
            double log = sum > 0 ? largest + Math.log(sum) : Double.NaN;
            total[i] = sum;
            predicted[i] = residuals == Residuals.LOG ? log : Math.exp(log);
        }

        /** d prediction / d ln prediction of point i. */
        double unit(int i) {
            return residuals == Residuals.LOG ? 1 : predicted[i];
        }

        /** 1 / prediction of point i. */
        double inverse(int i) {
            return residuals == Residuals.LOG ? Math.exp(-predicted[i]) : 1 / predicted[i];
        }
    }

    /** d slopes / d theta of one point after another, of a form whose slopes move. */
    private final class Curvature {
        final double[] theta;
        final double[] ignored = new double[terms];
        final double[][] above = new double[terms][shapes];
        final double[][] below = new double[terms][shapes];

        Curvature(double[] at) {
            this.theta = theta(at);
        }

        /** Fills {@code above} with d slopes / d theta_j of point i. */
        void fill(int i, int j) {
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

    /** What {@code of} gives for each chunk of points, {@code (from, to)}, in order. */
    private <T> List<T> chunks(BiFunction<Integer, Integer, T> of) {
        int n = target.length;
        if (n <= CHUNK) {
            return List.of(of.apply(0, n));
        }
        return IntStream.range(0, (n + CHUNK - 1) / CHUNK)
                .parallel()
                .mapToObj(chunk -> of.apply(chunk * CHUNK, Math.min(n, (chunk + 1) * CHUNK)))
                .toList();
    }

    private static double finite(double value) {
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }

    /** Value of the objective alone; infinite where a prediction is no positive number. */
    double value(double[] at, double[] weights) {
        double sum = 0;
        for (double part : chunks((from, to) -> value(at, weights, from, to))) {
            sum += part;
        }
        return finite(sum);
    }

    private double value(double[] at, double[] weights, int from, int to) {
        Block block = new Block(at);
        double sum = 0;
        for (int start = from; start < to; start += block.count) {
            block.predict(start, to);
            for (int i = 0; i < block.count; i++) {
                sum += weights[start + i] * rho.value(block.residual[i]);
            }
        }
        return sum;
    }

    /** Value and gradient. */
    double gradient(double[] at, double[] weights, double[] gradient) {
        Arrays.fill(gradient, 0);
        double sum = 0;
        for (double[] part : chunks((from, to) -> gradient(at, weights, from, to))) {
            for (int j = 0; j < size; j++) {
                gradient[j] += part[j];
            }
            sum += part[size];
        }
        return finite(sum);
    }

    /** Gradient, and the value behind it. */
    private double[] gradient(double[] at, double[] weights, int from, int to) {
        Block block = new Block(at);
        double[] pull = new double[block.room];
        double[] into = new double[size + 1];
        for (int start = from; start < to; start += block.count) {
            block.predict(start, to);
            for (int i = 0; i < block.count; i++) {
                double r = block.residual[i];
                double w = weights[start + i];
                into[size] += w * rho.value(r);
                pull[i] = w * rho.slope(r) * block.unit(i);
            }
            for (int t = 0; t < terms; t++) {
                if (t < scales) {
                    into[t] += Columns.dot(pull, block.share[t], block.count);
                }
                for (int k = 0; k < active[t].length; k++) {
                    into[scales + active[t][k]] +=
                            Columns.dot(pull, block.share[t], 0, block.slope(t, k), block.first(), block.count);
                }
            }
        }
        return into;
    }

    /** Residuals of all points. */
    double[] residuals(double[] at) {
        double[] all = new double[target.length];
        chunks((from, to) -> {
            Block block = new Block(at);
            for (int start = from; start < to; start += block.count) {
                block.predict(start, to);
                System.arraycopy(block.residual, 0, all, start, block.count);
            }
            return to;
        });
        return all;
    }

    /** Value, exact gradient and Hessian; a floor's coordinate may be minus infinity, which fixes it at 0. */
    Expansion expand(double[] at, double[] weights) {
        Expansion e = new Expansion(size);
        chunks((from, to) -> expand(at, weights, from, to)).forEach(e::add);
        if (form.floor() >= 0 && at[form.floor()] == Double.NEGATIVE_INFINITY) {
            e.hessian[form.floor()][form.floor()] = 1;
            e.scale[form.floor()] = 1;
        }
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < j; k++) {
                e.hessian[k][j] = e.hessian[j][k];
            }
        }
        e.value = finite(e.value);
        return e;
    }

    private Expansion expand(double[] at, double[] weights, int from, int to) {
        Expansion e = new Expansion(size);
        Block block = new Block(at);
        Curvature curvature = fixedSlopes == null ? new Curvature(at) : null;
        double[] pull = new double[block.room];
        double[] outer = new double[block.room];
        double[] bound = new double[block.room];
        double[] magnitude = new double[block.room];
        double[] product = new double[block.room];
        double[] weighed = new double[block.room];
        double[][] jacobian = new double[size][block.room];
        // Residuals below this are rounding in any measured loss; it keeps the relative gradient of exact data finite.
        double floor = Math.min(rho.delta(), 1e-4) / 10;
        for (int start = from; start < to; start += block.count) {
            block.predict(start, to);
            int count = block.count;
            for (int i = 0; i < count; i++) {
                double w = weights[start + i];
                double unit = block.unit(i);
                double r = block.residual[i];
                double slope = rho.slope(r);
                e.value += w * rho.value(r);
                pull[i] = w * slope * unit;
                outer[i] = w * rho.curvature(r) * unit * unit - (residuals == Residuals.LOG ? pull[i] : 0);
                bound[i] = w * rho.weight(r) * unit * unit;
                magnitude[i] = w * Math.max(Math.abs(slope), floor) * unit;
                if (form.floor() >= 0) {
                    e.slopeInFloor += pull[i] * block.inverse(i);
                }
            }
            fillJacobian(block, jacobian);
            for (int j = 0; j < size; j++) {
                e.addFirst(j, jacobian[j], pull, magnitude, bound, count);
                for (int i = 0; i < count; i++) {
                    product[i] = outer[i] * jacobian[j][i];
                }
                for (int i = 0; i < count; i++) {
                    weighed[i] = bound[i] * jacobian[j][i];
                }
                for (int k = 0; k <= j; k++) {
                    e.hessian[j][k] += Columns.dot(product, jacobian[k], count);
                    e.bound[j][k] += Columns.dot(weighed, jacobian[k], count);
                }
            }
            for (int t = 0; t < terms; t++) {
                for (int i = 0; i < count; i++) {
                    product[i] = pull[i] * block.share[t][i];
                }
                addSecond(e, t, product, block);
            }
            if (curvature != null) {
                addCurvature(e, pull, block, curvature);
            }
        }
        return e;
    }

    /** d ln prediction / d coordinate, [coordinate][point]. */
    private void fillJacobian(Block block, double[][] jacobian) {
        for (int j = 0; j < shapes; j++) {
            Arrays.fill(jacobian[scales + j], 0, block.count, 0);
        }
        int first = block.first();
        for (int t = 0; t < terms; t++) {
            double[] share = block.share[t];
            if (t < scales) {
                System.arraycopy(share, 0, jacobian[t], 0, block.count);
            }
            for (int k = 0; k < active[t].length; k++) {
                double[] into = jacobian[scales + active[t][k]];
                double[] slope = block.slope(t, k);
                for (int i = 0; i < block.count; i++) {
                    into[i] += share[i] * slope[first + i];
                }
            }
        }
    }

    /** Second derivatives of a term, for slopes that stay: p s s' with p the pull on the term. */
    private void addSecond(Expansion e, int t, double[] p, Block block) {
        if (t < scales) {
            e.hessian[t][t] += Columns.sum(p, block.count);
        }
        for (int k = 0; k < active[t].length; k++) {
            double[] row = e.hessian[scales + active[t][k]];
            double[] slope = block.slope(t, k);
            if (t < scales) {
                row[t] += Columns.dot(p, slope, block.first(), block.count);
            }
            for (int m = 0; m <= k; m++) {
                row[scales + active[t][m]] +=
                        Columns.dot(p, slope, block.first(), block.slope(t, m), block.first(), block.count);
            }
        }
    }

    /** What the change of the slopes adds to the second derivatives. */
    private void addCurvature(Expansion e, double[] pull, Block block, Curvature curvature) {
        for (int i = 0; i < block.count; i++) {
            for (int j = 0; j < shapes; j++) {
                curvature.fill(block.from + i, j);
                for (int t = 0; t < terms; t++) {
                    for (int k = 0; k <= j; k++) {
                        e.hessian[scales + j][scales + k] += pull[i] * block.share[t][i] * curvature.above[t][k];
                    }
                }
            }
        }
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

        /** Adds a block's first-order sums in one coordinate. */
        void addFirst(int j, double[] jacobian, double[] pull, double[] magnitude, double[] bound, int count) {
            double slope = 0;
            double size = 0;
            double square = 0;
            double largest = influence[j];
            for (int i = 0; i < count; i++) {
                double first = jacobian[i];
                double absolute = Math.abs(first);
                slope += pull[i] * first;
                size += magnitude[i] * absolute;
                square += bound[i] * first * first;
                largest = Math.max(largest, absolute);
            }
            gradient[j] += slope;
            terms[j] += size;
            scale[j] += square;
            influence[j] = largest;
        }

        /** Adds another part of the points. */
        void add(Expansion part) {
            value += part.value;
            slopeInFloor += part.slopeInFloor;
            for (int j = 0; j < gradient.length; j++) {
                gradient[j] += part.gradient[j];
                terms[j] += part.terms[j];
                scale[j] += part.scale[j];
                influence[j] = Math.max(influence[j], part.influence[j]);
                for (int k = 0; k <= j; k++) {
                    hessian[j][k] += part.hessian[j][k];
                    bound[j][k] += part.bound[j][k];
                }
            }
        }
    }
}
