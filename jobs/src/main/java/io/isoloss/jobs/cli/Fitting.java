package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FitOptions.Method;
import io.isoloss.analysis.fit.Residuals;
import io.isoloss.analysis.fit.Rho;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a command fits. */
final class Fitting {
    /** What a bootstrap draws. */
    enum Draw {
        RUN,
        FAMILY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How points weigh. */
    enum Weights {
        EQUAL,
        STANDARD_ERROR;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Option(
            names = "--loss",
            defaultValue = "huber",
            description = "Cost of a residual: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private Rho.Kind loss;

    @Option(
            names = "--delta",
            defaultValue = "1e-3",
            description =
                    "Huber's delta, in units of the residuals; ${DEFAULT-VALUE} by default (Hoffmann et al. 2022).")
    private double delta;

    @Option(
            names = "--quantile",
            defaultValue = "0.5",
            description = "Of --loss asymmetric: weight of points above the law, below 0.5 to follow the best runs.")
    private double quantile;

    @Option(
            names = "--residuals",
            defaultValue = "log",
            description = "Of the logarithm of the loss or of the loss itself: ${COMPLETION-CANDIDATES};"
                    + " ${DEFAULT-VALUE} by default.")
    private Residuals residuals;

    @Option(
            names = "--method",
            defaultValue = "variable-projection",
            description = "Solver: variable-projection or grid (L-BFGS from many starts); the other one checks it.")
    private Method method;

    @Option(
            names = "--weights",
            defaultValue = "equal",
            description = "How runs weigh: equal, or by the standard-error of their losses.")
    private Weights weights;

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "Re-fits behind the intervals; ${DEFAULT-VALUE} by default. 0 for intervals by profile likelihood.")
    private int replicates;

    @Option(
            names = "--draw",
            defaultValue = "run",
            description = "What the bootstrap draws: each run by itself, or all runs of a family together.")
    private Draw draw;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the bootstrap.")
    private long seed;

    FitOptions options() {
        if (!(delta > 0 && Double.isFinite(delta))) {
            throw bad("--delta " + delta + "; want a finite number above 0, such as 1e-3");
        }
        if (replicates < 0) {
            throw bad("--bootstrap " + replicates + "; want the number of re-fits, 0 for none");
        }
        if (!(quantile > 0 && quantile < 1)) {
            throw bad("--quantile " + quantile + "; want a number above 0 and below 1, such as 0.1");
        }
        return new FitOptions(
                rho(), residuals, method, weights == Weights.STANDARD_ERROR, draw == Draw.FAMILY, replicates, seed);
    }

    private Rho rho() {
        return switch (loss) {
            case HUBER -> Rho.huber(delta);
            case MSE -> Rho.squares();
            case LAD -> Rho.absolute();
            case ASYMMETRIC -> Rho.asymmetric(delta, quantile);
        };
    }

    private static IsolossException bad(String what) {
        return new IsolossException(Kind.BAD_INPUT, "Cannot fit with " + what);
    }
}
