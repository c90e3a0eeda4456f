package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import picocli.CommandLine.Option;

/** How a command fits. */
final class Fitting {
    @Option(
            names = "--delta",
            defaultValue = "1e-3",
            description = "Huber's delta on log residuals; ${DEFAULT-VALUE} by default (Hoffmann et al. 2022).")
    private double delta;

    @Option(
            names = "--bootstrap",
            paramLabel = "N",
            defaultValue = "200",
            description = "Re-fits behind the intervals; ${DEFAULT-VALUE} by default, 0 for none.")
    private int replicates;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the bootstrap.")
    private long seed;

    FitOptions options() {
        if (!(delta > 0 && Double.isFinite(delta))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot fit with --delta " + delta + "; want a finite number above 0, such as 1e-3");
        }
        if (replicates < 0) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot fit with --bootstrap " + replicates + "; want the number of re-fits, 0 for none");
        }
        return new FitOptions(delta, replicates, seed);
    }
}
