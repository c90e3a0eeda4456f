package io.isoloss.analysis.fit;

import io.isoloss.analysis.fit.HuberSurface.Expansion;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/** Grid, then polish, of one weighting of the points; made once and used for the fit and every bootstrap. */
final class Optimisation {
    /** Relative gradient of a certified optimum; rounding leaves 1e-12, and 1e-8 on the flattest surfaces. */
    private static final double CERTIFIED_GRADIENT = 1e-7;
    /** Two starts agree when their objectives differ by less than this share. */
    private static final double AGREEMENT = 1e-9;
    /** Exponents outside stand for a constant or for a step: the term has left the data. */
    private static final double LEAST_EXPONENT = 1e-3;

    private static final double MOST_EXPONENT = 10;
    /** A term that makes up less than this of every predicted loss has left the data. */
    private static final double LEAST_SHARE = 1e-8;

    private final HuberSurface surface;
    private final ProfileGrid grid;

    Optimisation(HuberSurface surface) {
        this.surface = surface;
        this.grid = new ProfileGrid(surface);
    }

    /** An optimum of the objective, in the centred coordinates of {@link HuberSurface}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(double[] theta, Expansion at) {}

    /** A re-fit from the two best local minima of the grid; null if none leads to a usable optimum. */
    Chinchilla refit(double[] weights) {
        Found best = best(polished(grid.localMinima(weights, 2), weights));
        return stationary(best) && escaped(best).isEmpty() ? law(best.theta()) : null;
    }

    /** Polished local minima of the grid, starts around the best of them, and a descent from it through larger deltas. */
    List<Found> search(double[] weights) {
        List<ProfileGrid.Node> starts = new ArrayList<>(grid.localMinima(weights, 4));
        starts.addAll(grid.around(starts.get(0), weights, 2));
        List<Found> found = polished(starts, weights);
        double[] staged =
                new NewtonPolish(surface, weights).descendInStages(starts.get(0).theta());
        found.add(new Found(staged, surface.expand(staged, weights)));
        return found;
    }

    private List<Found> polished(List<ProfileGrid.Node> starts, double[] weights) {
        NewtonPolish polish = new NewtonPolish(surface, weights);
        List<Found> found = new ArrayList<>();
        for (ProfileGrid.Node start : starts) {
            double[] theta = polish.descend(start.theta());
            found.add(new Found(theta, surface.expand(theta, weights)));
        }
        return found;
    }

    static Found best(List<Found> found) {
        Found best = found.get(0);
        for (Found candidate : found) {
            best = candidate.at().value < best.at().value ? candidate : best;
        }
        return best;
    }

    /** A minimum to first order, in E too where E is held at 0. */
    static boolean stationary(Found found) {
        boolean atBound = found.theta()[0] == Double.NEGATIVE_INFINITY;
        return found.at().relativeGradient() <= CERTIFIED_GRADIENT && (!atBound || found.at().slopeInE >= 0);
    }

    static Certificate certificate(List<Found> found) {
        Found best = best(found);
        int agreeing = 0;
        Double gap = null;
        for (Found candidate : found) {
            // 1e-24: the sum of squared rounding errors of a thousand exact residuals
            double distance = (candidate.at().value - best.at().value) / (best.at().value + 1e-24);
            if (candidate.at().value - best.at().value <= AGREEMENT * best.at().value + 1e-24) {
                agreeing++;
            } else {
                gap = gap == null ? distance : Math.min(gap, distance);
            }
        }
        double[] eigenvalues = spectrum(best).getRealEigenvalues(); // descending
        double smallest = eigenvalues[eigenvalues.length - 1];
        Double condition = smallest > 0 ? (Double) (eigenvalues[0] / smallest) : null;
        return new Certificate(found.size(), agreeing, gap, best.at().relativeGradient(), condition);
    }

    /** Places of the parameters (in theta's order) that the flattest direction of the Hessian moves. */
    static List<Integer> flattest(Found best) {
        EigenDecomposition spectrum = spectrum(best);
        double[] direction = spectrum.getEigenvector(HuberSurface.SIZE - 1).toArray();
        List<Integer> places = new ArrayList<>();
        for (int j = 0; j < HuberSurface.SIZE; j++) {
            if (Math.abs(direction[j]) > 0.1) {
                places.add(j);
            }
        }
        return places;
    }

    private static EigenDecomposition spectrum(Found best) {
        double[][] scaled = new double[HuberSurface.SIZE][HuberSurface.SIZE];
        double[] scale = best.at().scale;
        for (int j = 0; j < HuberSurface.SIZE; j++) {
            for (int k = 0; k < HuberSurface.SIZE; k++) {
                double unit = Math.sqrt(scale[j] * scale[k]);
                scaled[j][k] = unit > 0 ? best.at().hessian[j][k] / unit : 0;
            }
        }
        return new EigenDecomposition(new Array2DRowRealMatrix(scaled, false));
    }

    /** Places of the parameters that ran away from the data; E held at 0 is not among them. */
    static List<Integer> escaped(Found found) {
        double[] theta = found.theta();
        List<Integer> places = new ArrayList<>();
        for (int term = 1; term <= 2; term++) {
            double exponent = theta[term + 2];
            boolean gone = found.at().largestShare[term] < LEAST_SHARE;
            if (gone || !(exponent > LEAST_EXPONENT && exponent < MOST_EXPONENT)) {
                places.add(term);
                places.add(term + 2);
            }
        }
        return places;
    }

    Chinchilla law(double[] theta) {
        return new Chinchilla(
                Math.exp(theta[0]),
                Math.exp(theta[1] + theta[3] * surface.meanLogParams),
                Math.exp(theta[2] + theta[4] * surface.meanLogTokens),
                theta[3],
                theta[4]);
    }
}
