package io.isoloss.jobs.train;

/**
 * Linear warm-up, then a cosine to a fraction of the peak at the last step (Loshchilov &amp; Hutter 2017,
 * arXiv:1608.03983; as used by Hoffmann et al. 2022, arXiv:2203.15556, whose cosine also ends with the run).
 *
 * @param peak highest rate
 * @param steps steps of the whole run
 * @param warmupFraction share of the steps that warm up
 * @param finalFraction the last rate over the peak
 */
record LearningRateSchedule(double peak, int steps, double warmupFraction, double finalFraction) {

    /** Rate of a step, counted from 0; never zero, so that no step is wasted. */
    double rate(int step) {
        double warmup = Math.max(1, Math.rint(warmupFraction * steps));
        if (step < warmup) {
            return peak * (step + 1) / warmup;
        }
        double progress = (step - warmup + 1) / (steps - warmup + 1);
        return peak * (finalFraction + (1 - finalFraction) * (1 + Math.cos(Math.PI * progress)) / 2);
    }
}
