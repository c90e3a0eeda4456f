package io.isoloss.analysis.fit;

import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * Intervals of any quantity h of a fitted law: all values that some law reaches whose objective is not significantly above
 * the least (the profile likelihood; Venzon and Moolgavkar 1988). The likelihood-ratio statistic of an objective that is no
 * likelihood is 2 (V - V_min) E[rho''] / E[rho'^2] (Ronchetti 1982; Huber and Ronchetti 2009, section 7.4), judged by Student's t.
 */
public final class ProfileLikelihood {
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
    /** Median of |r| of a standard normal. */
    private static final double MEDIAN_ABSOLUTE = 0.6744898;
    /** Residuals count in the scale up to so many standard deviations: it withstands 23 % outliers and, unlike the median of
     * |r|, hardly varies between sets of a few dozen points, which would make some intervals far too narrow. */
    private static final double CLIP = 2;
    /** A bound is interpolated when it lies between values whose statistics' roots differ by this share of the critical one. */
    private static final double NEAR = 0.1;

    /** Standard deviations beyond which doubles find nothing of a normal distribution. */
    private static final double ALL = 9;

    private static final int MOST_TRIALS = 30;
    /** A standard error below this share of the value is rounding. */
    private static final double ROUNDING = 1e-9;
    /** Levels of a profile on each side of the minimum, and how far it goes where it is not bounded. */
    private static final int LEVELS = 5;

    private static final double REACH = 30;
    /** A step changes no coordinate, the log of a scale or a shape, by more. */
    private static final double LONGEST_STEP = 2;
    /** Further than so many standard errors, the interval is open. */
    private static final double FURTHEST = 200;

    private final ObjectiveSurface surface;
    private final double[] weights;
    private final double[] best;
    private final Expansion at;
    private final boolean[] free;
    private final DecompositionSolver curvature;
    private final double unit;
    private final double critical;

    ProfileLikelihood(ObjectiveSurface surface, double[] weights, Search.Found best) {
        this.surface = surface;
        this.weights = weights;
        this.best = best.at();
        this.at = best.expansion();
        this.free = new boolean[surface.size];
        for (int j = 0; j < free.length; j++) {
            free[j] = this.best[j] != Double.NEGATIVE_INFINITY;
        }
        this.unit = unit();
        int freedom = Math.max(1, surface.points.count() - surface.size);
        this.critical = new TDistribution(null, freedom).inverseCumulativeProbability(1 - Estimate.TAIL);
        this.curvature =
                new LUDecomposition(new Array2DRowRealMatrix(regular(at), false), Double.MIN_NORMAL).getSolver();
    }

    /** E[rho'^2] / E[rho'']: what turns differences of the objective into those of twice a log likelihood. */
    private double unit() {
        double[] residuals = surface.residuals(best);
        int n = residuals.length;
        int freedom = Math.max(1, n - surface.size);
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += Math.pow(surface.rho.slope(residuals[i]), 2);
        }
        double inside = Double.isInfinite(surface.rho.delta()) ? 1 : share(surface.rho.delta() / spread(residuals));
        return squares / freedom / inside;
    }

    /**
     * Standard deviation of the noise by Huber's M-scale: the s with sum min(r^2, (c s)^2) = s^2 f E[min(Z^2, c^2)] for a
     * standard normal Z (Huber and Ronchetti 2009, section 5.2). To first order the residuals of n points and p parameters
     * keep f = n - p (2 - v) of the n squares, v being the variance of the fit over that of least squares.
     */
    private double spread(double[] residuals) {
        double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
        double spread = Math.max(Double.MIN_NORMAL, Estimate.quantile(sizes, 0.5) / MEDIAN_ABSOLUTE);
        double expected = clippedSquare(CLIP);
        for (int step = 0; step < MOST_TRIALS; step++) {
            double most = CLIP * spread;
            double inside = surface.rho.delta() / spread;
            double inflation = clippedSquare(inside) / Math.pow(share(inside), 2);
            double freedom = Math.max(1, sizes.length - surface.size * (2 - inflation));
            double squares = 0;
            for (double size : sizes) {
                squares += Math.pow(Math.min(size, most), 2);
            }
            spread = Math.max(Double.MIN_NORMAL, Math.sqrt(squares / freedom / expected));
        }
        return spread;
    }

    /** P(|Z| <= c) of a standard normal Z. */
    private static double share(double c) {
        return 2 * NORMAL.cumulativeProbability(c) - 1;
    }

    /** E[min(Z^2, c^2)] of a standard normal Z. */
    private static double clippedSquare(double c) {
        if (c > ALL) {
            return 1;
        }
        double inside = share(c);
        return inside - 2 * c * NORMAL.density(c) + c * c * (1 - inside);
    }

    /** The Hessian, lifted off exact singularity. */
    private double[][] regular(Expansion expansion) {
        double[][] matrix = new double[surface.size][];
        for (int j = 0; j < surface.size; j++) {
            matrix[j] = expansion.hessian[j].clone();
            matrix[j][j] += 1e-12 * expansion.scale[j] + Double.MIN_NORMAL;
        }
        return matrix;
    }

    /** 95 % interval of a quantity of the law, in its own units, with the quantity of the best law as its value. */
    Estimate intervalOf(ToDoubleFunction<ScalingLaw> quantity) {
        return interval(at -> quantity.applyAsDouble(surface.form.law(surface.scales(at), surface.theta(at))));
    }

    /** 95 % interval of h, with h at the minimum as its value. */
    Estimate interval(ToDoubleFunction<double[]> h) {
        double value = h.applyAsDouble(best);
        return new Estimate(value, bound(h, value, -1), bound(h, value, 1), true);
    }

    /** The statistic's root at a law. */
    private double root(double objective) {
        return Math.sqrt(Math.max(0, 2 * (objective - at.value) / unit));
    }

    /** The end of the interval on one side; null if it is open. */
    private Double bound(ToDoubleFunction<double[]> h, double value, int side) {
        double[] slope = gradient(h, best);
        if (Arrays.stream(slope).allMatch(component -> component == 0)) {
            return value; // held fixed
        }
        if (!curvature.isNonSingular()) {
            return null; // some direction changes nothing
        }
        double variance =
                unit * new ArrayRealVector(slope, false).dotProduct(curvature.solve(new ArrayRealVector(slope, false)));
        double error = Math.sqrt(Math.abs(variance));
        if (!Double.isFinite(error)) {
            return null;
        }
        if (error <= ROUNDING * Math.abs(value)) {
            return value; // exact data
        }
        double[] point = best;
        Trial inner = new Trial(value, value, 0);
        Trial outer = null;
        for (int trial = 0; trial < MOST_TRIALS; trial++) {
            double target = next(inner, outer, value, side * critical * error);
            if (Math.abs(target - value) > FURTHEST * error) {
                return null;
            }
            double[] reached = constrained(h, target, point, error);
            Trial there = new Trial(target, h.applyAsDouble(reached), root(surface.value(reached, weights)));
            if (there.root() >= critical) {
                outer = there;
            } else if (side * (there.reached() - inner.reached()) <= 1e-9 * error) {
                return outer == null ? null : (Double) outer.reached(); // h goes no further
            } else {
                inner = there;
                point = reached;
            }
            if (outer != null && outer.root() - inner.root() < NEAR * critical) {
                return inner.reached() + share(inner, outer) * (outer.reached() - inner.reached());
            }
        }
        return outer == null ? null : (Double) outer.reached();
    }

    /** A value of h that was aimed at, the one reached, and the statistic's root there. */
    private record Trial(double target, double reached, double root) {}

    private double share(Trial inner, Trial outer) {
        return (critical - inner.root()) / (outer.root() - inner.root());
    }

    /** Where to look next: outward while nothing is beyond the bound, then between. */
    private double next(Trial inner, Trial outer, double value, double step) {
        if (outer != null) {
            return inner.target()
                    + Math.max(0.1, Math.min(0.9, share(inner, outer))) * (outer.target() - inner.target());
        }
        if (inner.root() == 0) {
            return value + step;
        }
        double factor = Math.max(1.1, Math.min(2, 1.05 * critical / inner.root()));
        return value + factor * (inner.target() - value);
    }

    /**
     * A minimum of V + m (h - target)^2 / 2. Whatever m, it is a point of the profile: no law with the same h has a lower
     * objective.
     */
    private double[] constrained(ToDoubleFunction<double[]> h, double target, double[] start, double error) {
        double stiffness = 100 * unit / (error * error);
        double[] point = start.clone();
        double damping = 1e-3;
        Expansion here = surface.expand(point, weights);
        double gap = h.applyAsDouble(point) - target;
        double value = here.value + stiffness * gap * gap / 2;
        for (int step = 0; step < 60 && damping < 1e8; step++) {
            double[] slope = gradient(h, point);
            int n = surface.size;
            double[][] matrix = new double[n][n];
            double[] right = new double[n];
            double largest = 0;
            for (int j = 0; j < n; j++) {
                right[j] = free[j] ? -(here.gradient[j] + stiffness * gap * slope[j]) : 0;
                largest = Math.max(
                        largest, Math.abs(right[j]) / (here.terms[j] + stiffness * Math.abs(gap * slope[j]) + 1e-300));
                for (int k = 0; k < n; k++) {
                    matrix[j][k] =
                            free[j] && free[k] ? here.hessian[j][k] + stiffness * slope[j] * slope[k] : j == k ? 1 : 0;
                }
                matrix[j][j] += damping * (here.scale[j] + stiffness * slope[j] * slope[j]);
            }
            if (largest < 1e-8) {
                break;
            }
            double[] next = Cholesky.solve(matrix, right);
            if (next == null) {
                damping = Math.max(10 * damping, 1e-6);
                continue;
            }
            double longest = 0;
            for (double component : next) {
                longest = Math.max(longest, Math.abs(component));
            }
            for (int j = 0; j < n; j++) {
                next[j] = point[j] + next[j] * Math.min(1, LONGEST_STEP / longest);
            }
            clamp(next);
            double nextGap = h.applyAsDouble(next) - target;
            double nextValue = surface.value(next, weights) + stiffness * nextGap * nextGap / 2;
            if (nextValue < value) {
                boolean settled = value - nextValue < 1e-5 * unit;
                point = next;
                value = nextValue;
                gap = nextGap;
                here = surface.expand(point, weights);
                damping /= 8;
                if (settled) {
                    break;
                }
            } else {
                damping = Math.max(6 * damping, 1e-6);
            }
        }
        return point;
    }

    private void clamp(double[] point) {
        for (int j = surface.scales; j < point.length; j++) {
            point[j] = Math.max(
                    surface.form.shapes().get(j - surface.scales).least(),
                    Math.min(surface.form.shapes().get(j - surface.scales).most(), point[j]));
        }
    }

    private double[] gradient(ToDoubleFunction<double[]> h, double[] point) {
        double[] gradient = new double[point.length];
        double[] moved = point.clone();
        for (int j = 0; j < gradient.length; j++) {
            if (free[j]) {
                double step = 1e-6 * Math.max(1, Math.abs(point[j]));
                moved[j] = point[j] + step;
                double above = h.applyAsDouble(moved);
                moved[j] = point[j] - step;
                gradient[j] = (above - h.applyAsDouble(moved)) / (2 * step);
                moved[j] = point[j];
            }
        }
        return gradient;
    }

    /** A quantity's value and the least objective of all laws that have it. */
    public record Level(double value, double objective) {}

    /** The profile of a positive h on both sides of the minimum, to a factor of {@link #REACH} where an end is open. */
    List<Level> around(ToDoubleFunction<double[]> h, Estimate interval) {
        double value = interval.value();
        double low = interval.low() == null ? value / REACH : interval.low();
        double high = interval.high() == null ? value * REACH : interval.high();
        List<Level> levels = new ArrayList<>(side(h, value, low));
        levels.add(new Level(value, surface.value(best, weights)));
        levels.addAll(side(h, value, high));
        levels.sort(Comparator.comparingDouble(Level::value));
        return levels;
    }

    private List<Level> side(ToDoubleFunction<double[]> h, double value, double end) {
        List<Level> levels = new ArrayList<>();
        double[] point = best;
        for (int step = 1; step <= LEVELS; step++) {
            double target = value * Math.pow(end / value, (double) step / LEVELS);
            point = constrained(h, target, point, Math.abs(target - value) / LEVELS);
            levels.add(new Level(h.applyAsDouble(point), surface.value(point, weights)));
        }
        return levels;
    }
}
