package io.isoloss.jobs.sweep;

/**
 * Linear warm-up, then a cosine to a fraction of the peak at the last step (Loshchilov &amp; Hutter 2017,
 * arXiv:1608.03983; as used by Hoffmann et al. 2022, arXiv:2203.15556, whose cosine also ends with the run).
 *
 * @param warmupFraction share of the steps that warm up
 * @param finalFraction the last rate over the peak
 */
public record Cosine(double warmupFraction, double finalFraction) implements Schedule {
    static final String NAME = "cosine";

    public Cosine {
        Fraction.require("warm-up fraction", warmupFraction);
        Fraction.require("final fraction of the learning rate", finalFraction);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double share(double step, int steps) {
        double warmup = Math.max(1, Math.rint(warmupFraction * steps));
        if (step < warmup) {
            return (step + 1) / warmup;
        }
        double progress = (step - warmup + 1) / (steps - warmup + 1);
        return finalFraction + (1 - finalFraction) * (1 + Math.cos(Math.PI * progress)) / 2;
    }

    @Override
    public int sharedSteps(int steps) {
        return 0;
    }
}
