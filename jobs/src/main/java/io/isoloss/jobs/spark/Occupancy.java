package io.isoloss.jobs.spark;

import java.util.Locale;

/**
 * How well a job filled its cores.
 *
 * @param trials that ended
 * @param seconds from the job's start to its end
 * @param cores tasks that ran at once
 * @param trainingSeconds inside training steps, of all trials together
 * @param shortestSeconds that any order of the tasks could have taken: their sum over the cores, or the longest of them, a
 *     trial on several devices being as many tasks alike
 */
public record Occupancy(int trials, double seconds, int cores, double trainingSeconds, double shortestSeconds) {

    /** Share of the core time that was inside training steps. */
    public double trainingShare() {
        return trainingSeconds / (seconds * cores);
    }

    /** For the person at the terminal. */
    public String sentence() {
        String did = String.format(Locale.ROOT, "trained %d trials in %.1f s on %d cores", trials, seconds, cores);
        if (trainingSeconds == 0) { // all lost
            return did;
        }
        return did
                + String.format(
                        Locale.ROOT,
                        ": %.0f %% of the core time in training steps, %.0f %% above the shortest schedule",
                        100 * trainingShare(),
                        100 * (seconds / shortestSeconds - 1));
    }

    /** Sums up the tasks of a job as they end. */
    static final class Tally {
        private final long start = System.nanoTime();
        private final int slots;
        private int trials;
        private double training;
        private double sum;
        private double longest;

        Tally(int slots) {
            this.slots = slots;
        }

        double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        void add(TrialEnd... task) {
            double seconds = 0;
            for (TrialEnd end : task) {
                trials++;
                training += end.trainingSeconds();
                sum += end.wallSeconds();
                seconds += end.wallSeconds() / end.devices();
            }
            longest = Math.max(longest, seconds);
        }

        Occupancy end(int tasks) {
            double seconds = seconds();
            int cores = Math.max(1, Math.min(slots, tasks));
            return new Occupancy(trials, seconds, cores, training, Math.max(sum / cores, longest));
        }
    }
}
