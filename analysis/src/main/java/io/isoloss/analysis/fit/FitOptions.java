package io.isoloss.analysis.fit;

import java.io.Serializable;

/**
 * How to fit.
 *
 * @param rho the cost of a residual; Hoffmann et al. 2022 (section D.3) take Huber's with delta 1e-3
 * @param method which solver answers; the other one checks it
 * @param weighted whether points weigh by the inverse variance of their losses rather than alike
 * @param byFamily whether the bootstrap draws families of runs (the rows of one training run, the seeds of one cell) rather
 *     than single points
 * @param replicates bootstrap re-fits; 0 for intervals by profile likelihood
 * @param seed of the bootstrap
 * @param intervals whether there are any; without them a fit costs half, and no parameter is known to be bounded
 */
public record FitOptions(
        Rho rho,
        Residuals residuals,
        Method method,
        boolean weighted,
        boolean byFamily,
        int replicates,
        long seed,
        boolean intervals)
        implements Serializable {
    /** Solvers. */
    public enum Method {
        /** Scales by non-negative least squares over a grid of shapes, then Newton. */
        VARIABLE_PROJECTION,
        /** L-BFGS in all parameters from a grid of starts (Hoffmann et al. 2022, section D.3). */
        GRID;

        /** The name that commands and files use. */
        @Override
        public String toString() {
            return this == GRID ? "grid" : "variable-projection";
        }
    }

    public static final FitOptions DEFAULT = new FitOptions(1e-3, 200, 0);

    public FitOptions {
        if (replicates < 0) {
            throw new IllegalArgumentException("Invalid replicates (want 0 or more): " + replicates);
        }
        if (replicates > 0 && !intervals) {
            throw new IllegalArgumentException("Invalid replicates (want 0 where no intervals are): " + replicates);
        }
    }

    /** With intervals. */
    public FitOptions(
            Rho rho,
            Residuals residuals,
            Method method,
            boolean weighted,
            boolean byFamily,
            int replicates,
            long seed) {
        this(rho, residuals, method, weighted, byFamily, replicates, seed, true);
    }

    /** Huber's cost of log residuals, as Hoffmann et al. 2022 have it. */
    public FitOptions(double delta, int replicates, long seed) {
        this(Rho.huber(delta), Residuals.LOG, Method.VARIABLE_PROJECTION, false, false, replicates, seed);
    }

    /** The same with another cost. */
    public FitOptions with(Rho other, Residuals otherResiduals) {
        return new FitOptions(other, otherResiduals, method, weighted, byFamily, replicates, seed, intervals);
    }

    /** The same with another method. */
    public FitOptions with(Method other) {
        return new FitOptions(rho, residuals, other, weighted, byFamily, replicates, seed, intervals);
    }

    /** The same without intervals. */
    public FitOptions withoutIntervals() {
        return new FitOptions(rho, residuals, method, weighted, byFamily, 0, seed, false);
    }

    /** The same with another bootstrap, and so with intervals. */
    public FitOptions withReplicates(int count) {
        return new FitOptions(rho, residuals, method, weighted, byFamily, count, seed);
    }
}
