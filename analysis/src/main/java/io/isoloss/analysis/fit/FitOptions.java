package io.isoloss.analysis.fit;

/**
 * How to fit.
 *
 * @param delta Huber's delta on log residuals; Hoffmann et al. 2022 (section D.3) take 1e-3
 * @param replicates bootstrap re-fits; 0 for none
 * @param seed of the bootstrap
 */
public record FitOptions(double delta, int replicates, long seed) {
    public static final FitOptions DEFAULT = new FitOptions(1e-3, 200, 0);

    public FitOptions {
        if (!(delta > 0 && Double.isFinite(delta))) {
            throw new IllegalArgumentException("Invalid delta (want finite and positive): " + delta);
        }
        if (replicates < 0) {
            throw new IllegalArgumentException("Invalid replicates (want 0 or more): " + replicates);
        }
    }
}
