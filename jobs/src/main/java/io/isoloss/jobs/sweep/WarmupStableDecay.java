package io.isoloss.jobs.sweep;

/**
 * Linear warm-up, a stable rate, and a decay at the end (Hu et al. 2024, arXiv:2404.06395, section 4). The decay falls as
 * one minus the root of its progress, which Hägele et al. 2024 (arXiv:2405.18392, figure 5) found better than a line.
 *
 * @param warmupSteps steps that warm up, the same however long the run, so that runs share them
 * @param decayFraction share of the steps that decay, the last ones; a fifth matches a cosine (Hägele et al., section 4)
 * @param finalFraction the last rate over the peak
 */
public record WarmupStableDecay(int warmupSteps, double decayFraction, double finalFraction) implements Schedule {
    static final String NAME = "wsd";

    public WarmupStableDecay {
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("Invalid warm-up steps (want at least 0): " + warmupSteps);
        }
        Fraction.require("decay fraction", decayFraction);
        Fraction.require("final fraction of the learning rate", finalFraction);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double share(double step, int steps) {
        double warmup = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
        int stable = sharedSteps(steps);
        if (step < stable) {
            return warmup;
        }
        double progress = (step - stable + 1) / (steps - stable + 1);
        return warmup * (finalFraction + (1 - finalFraction) * (1 - Math.sqrt(progress)));
    }

    /** All before the decay. */
    @Override
    public int sharedSteps(int steps) {
        return steps - (int) Math.rint(decayFraction * steps);
    }
}
