package io.isoloss.analysis.fit;

import io.isoloss.analysis.fit.FitOptions.Method;
import io.isoloss.analysis.fit.ObjectiveSurface.Expansion;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** From starts to minima, by two methods, for one weighting of the points; made once for a fit and all its re-fits. */
final class Search {
    /** Relative gradient of a certified optimum; rounding leaves 1e-12, and up to 1e-7 on the flattest surfaces. */
    static final double CERTIFIED_GRADIENT = 1e-6;
    /** Two starts agree when their objectives differ by less than this share. */
    private static final double AGREEMENT = 1e-9;
    /** The sum of squared rounding errors of a thousand exact residuals. */
    static final double ROUNDING = 1e-24;
    /** Nodes of the projection that are polished; many where a few do not agree; and those of a re-fit. */
    private static final int POLISHED = 3;

    private static final int MANY_POLISHED = 20;
    /** Standard errors to hop by, and rounds of hops. */
    private static final double[] HOPS = {-9, -3, -1, 1, 3, 9};

    private static final int MOST_ROUNDS = 5;

    private static final int REFIT_POLISHED = 2;
    private static final int REFIT_MANY = 6;
    /** Starts of the second method where it only checks. */
    private static final int CHECKS = 2;
    /** Values of each shape, and shares of each term at the centre, of the grid of starts. */
    private static final double[] SHAPE_SHARES = {0.1, 0.3, 0.5, 0.7, 0.9};

    private static final double[] TERM_SHARES = {0.05, 0.3, 0.9};
    /** Starts of the grid; of larger products of the above, as many are taken evenly. */
    private static final int MOST_STARTS = 1000;
    /** First delta of a descent in stages, in units of the residuals' root mean square. */
    private static final double FIRST_STAGE = 2;

    private final ObjectiveSurface surface;
    private final Method method;
    private final ProfileGrid grid;

    Search(ObjectiveSurface surface, Method method) {
        this.surface = surface;
        this.method = method;
        this.grid = new ProfileGrid(surface);
    }

    ObjectiveSurface surface() {
        return surface;
    }

    /** A minimum of the objective, and whether the grid of starts led there rather than the projection. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(double[] at, Expansion expansion, boolean second) {
        double value() {
            return expansion.value;
        }
    }

    /**
     * Minima by both methods.
     *
     * @param found polished minima of both
     * @param secondValue least objective that the second method reached by itself
     */
    record Minima(List<Found> found, double secondValue) {
        Found best() {
            return Search.best(found);
        }

        /** How many ended at the best objective. */
        int agreeing() {
            double best = best().value();
            return (int) found.stream()
                    .filter(other -> other.value() - best <= AGREEMENT * best + ROUNDING)
                    .count();
        }
    }

    /**
     * All that the full fit looks at: a few starts where the law's logs are linear in its shapes and those few agree, else
     * many, for surfaces with several valleys.
     */
    Minima minima(double[] weights) {
        if (surface.form.logLinear()) {
            Minima few = minima(weights, POLISHED, method == Method.GRID ? MOST_STARTS : CHECKS);
            if (few.agreeing() >= 2) {
                return few;
            }
        }
        return hop(minima(weights, MANY_POLISHED, method == Method.GRID ? MOST_STARTS : MANY_POLISHED), weights);
    }

    /** Descents from around the best minimum, until none finds a lower one: out of shallow valleys beside the deepest. */
    private Minima hop(Minima minima, double[] weights) {
        List<Found> found = new ArrayList<>(minima.found());
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Found best = best(found);
            List<Found> next = around(best).parallelStream()
                    .map(start -> lowered(surface, descended(surface, start, weights, false), weights))
                    .toList();
            found.addAll(next);
            if (next.isEmpty() || best(next).value() >= best.value() * (1 - AGREEMENT)) {
                break;
            }
        }
        return new Minima(found, minima.secondValue());
    }

    /** The point moved along each coordinate by some standard errors both ways. */
    private List<double[]> around(Found found) {
        List<double[]> starts = new ArrayList<>();
        for (int j = 0; j < surface.size; j++) {
            double error = Math.sqrt(found.value() / (surface.points.count() * found.expansion().scale[j]));
            for (double errors : HOPS) {
                double[] start = found.at().clone();
                start[j] += errors * error;
                if (j >= surface.scales) {
                    Shape shape = surface.form.shapes().get(j - surface.scales);
                    start[j] = Math.max(shape.least(), Math.min(shape.most(), start[j]));
                }
                if (Double.isFinite(start[j])) {
                    starts.add(start);
                }
            }
        }
        return starts;
    }

    private static Found best(List<Found> found) {
        return found.stream().min(Comparator.comparingDouble(Found::value)).orElseThrow();
    }

    private Minima minima(double[] weights, int polished, int secondStarts) {
        List<double[]> seconds = starts(secondStarts);
        List<List<double[]>> reached = IntStream.rangeClosed(0, seconds.size())
                .parallel()
                .mapToObj(i -> i == seconds.size()
                        ? nodes(weights, polished)
                        : List.of(new Lbfgs(surface, weights).descend(seconds.get(i))))
                .toList();
        List<double[]> ends = reached.subList(0, seconds.size()).stream()
                .map(end -> end.get(0))
                .sorted(Comparator.comparingDouble(end -> surface.value(end, weights)))
                .limit(polished)
                .toList();
        List<double[]> starts = new ArrayList<>(reached.get(seconds.size()));
        int firsts = starts.size();
        starts.addAll(ends);
        List<Found> found = IntStream.range(0, starts.size())
                .parallel()
                .mapToObj(i -> descended(surface, starts.get(i), weights, i >= firsts))
                .toList();
        return new Minima(lowered(found, weights), surface.value(ends.get(0), weights));
    }

    private List<double[]> nodes(double[] weights, int most) {
        return grid.best(weights, most).stream().map(ProfileGrid.Node::at).toList();
    }

    /** Each lowered in stages where that goes lower; where all are one minimum, it is tried from the best alone first. */
    private List<Found> lowered(List<Found> found, double[] weights) {
        Minima minima = new Minima(found, 0);
        Found best = minima.best();
        if (surface.rho.kind() != Rho.Kind.LAD && minima.agreeing() == found.size()) {
            Found lower = lowered(surface, best, weights);
            if (best.value() - lower.value() <= AGREEMENT * best.value() + ROUNDING) {
                List<Found> same = new ArrayList<>(found);
                same.set(found.indexOf(best), lower);
                return same;
            }
        }
        return found.parallelStream().map(one -> lowered(surface, one, weights)).toList();
    }

    /** A re-fit from the best nodes of the projection; null if none leads to a usable optimum. */
    ScalingLaw refit(double[] weights) {
        int[] drawn =
                IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
        ObjectiveSurface some = surface.at(drawn);
        double[] theirs = Points.at(weights, drawn);
        Found best = null;
        for (double[] node : nodes(weights, surface.form.logLinear() ? REFIT_POLISHED : REFIT_MANY)) {
            Found found = lowered(some, descended(some, node, theirs, false), theirs);
            best = best == null || found.value() < best.value() ? found : best;
        }
        return usable(best) ? law(best.at()) : null;
    }

    /**
     * A re-fit from the minimum of all points; from the projection where that leads nowhere usable. Of so many points a
     * replicate's minimum lies within their standard errors of it.
     */
    ScalingLaw refit(double[] weights, double[] near) {
        int[] drawn =
                IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
        Found found = descended(surface.at(drawn), near, Points.at(weights, drawn), false);
        return usable(found) ? law(found.at()) : refit(weights);
    }

    private boolean usable(Found found) {
        return stationary(found) && new Escape(surface, found).coordinates().isEmpty();
    }

    private static Found descended(ObjectiveSurface on, double[] start, double[] weights, boolean second) {
        if (on.rho.kind() == Rho.Kind.LAD) {
            return new Found(start, on.expand(start, weights), second);
        }
        NewtonPolish.End end = new NewtonPolish(on, weights).descend(start);
        return new Found(end.at(), end.expansion(), second);
    }

    /** The minimum reached in stages from another, if it is lower; tried where the residuals are far above delta. */
    private static Found lowered(ObjectiveSurface on, Found found, double[] weights) {
        double deviation = deviation(on, found.at());
        if (!(deviation > 4 * on.rho.delta())) {
            return found;
        }
        NewtonPolish.End end = new NewtonPolish(on, weights).descendInStages(found.at(), FIRST_STAGE * deviation);
        return end.expansion().value <= found.value() ? new Found(end.at(), end.expansion(), found.second()) : found;
    }

    private static double deviation(ObjectiveSurface on, double[] at) {
        double sum = 0;
        double[] residuals = on.residuals(at);
        for (double residual : residuals) {
            sum += residual * residual;
        }
        return Math.sqrt(sum / residuals.length);
    }

    /** Starts over the box of shapes, and over shares of the terms in the prediction at the centre. */
    private List<double[]> starts(int most) {
        double logResponse = 0;
        for (double y : surface.points.y()) {
            logResponse += Math.log(Math.abs(y)) / surface.points.count();
        }
        int total = 1;
        for (int j = 0; j < surface.size; j++) {
            int values = j < surface.scales ? TERM_SHARES.length : SHAPE_SHARES.length;
            total = total > 1_000_000_000 / values ? 1_000_000_000 : total * values;
        }
        int count = Math.min(most, total);
        List<double[]> starts = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            long rest = (long) ((s + 0.5) * total / count);
            double[] at = new double[surface.size];
            for (int j = surface.size - 1; j >= 0; j--) {
                if (j < surface.scales) {
                    at[j] = logResponse + Math.log(TERM_SHARES[(int) (rest % TERM_SHARES.length)]);
                    rest /= TERM_SHARES.length;
                } else {
                    Shape shape = surface.form.shapes().get(j - surface.scales);
                    double share = SHAPE_SHARES[(int) (rest % SHAPE_SHARES.length)];
                    at[j] = shape.low() > 0
                            ? shape.low() * Math.pow(shape.high() / shape.low(), share)
                            : shape.low() + share * (shape.high() - shape.low());
                    rest /= SHAPE_SHARES.length;
                }
            }
            starts.add(at);
        }
        return starts;
    }

    /** A minimum to first order, in the floor too where it is held at 0. */
    boolean stationary(Found found) {
        int floor = surface.form.floor();
        boolean atBound = floor >= 0 && found.at()[floor] == Double.NEGATIVE_INFINITY;
        return gradientNorm(found) <= CERTIFIED_GRADIENT && (!atBound || found.expansion().slopeInFloor >= 0);
    }

    double gradientNorm(Found found) {
        NewtonPolish polish = new NewtonPolish(surface, surface.points.weights());
        return NewtonPolish.relativeGradient(found.expansion(), polish.held(found.at(), found.expansion()));
    }

    ScalingLaw law(double[] at) {
        return surface.form.law(surface.scales(at), surface.theta(at));
    }
}
