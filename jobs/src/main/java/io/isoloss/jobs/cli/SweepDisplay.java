package io.isoloss.jobs.cli;

import io.isoloss.jobs.spark.SweepWatcher;
import io.isoloss.jobs.spark.TrialEnd;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Sweeps for the person at the terminal: a bar that moves with the compute done, or a plain line for each trial that ends
 * where the output is no terminal.
 */
final class SweepDisplay implements AutoCloseable {
    /** The bar counts in these, since it counts in whole numbers. */
    private static final double UNIT_FLOPS = 1e6;

    private final PrintWriter err;
    private final int trials;
    private final double allFlops;
    private final long start = System.nanoTime();
    private final ProgressBar bar; // null where there is no terminal
    private final List<Part> parts = new ArrayList<>();

    /** One of the sweeps. */
    final class Part implements SweepWatcher {
        private final String prefix;
        private final List<TrialEnd> ends = new ArrayList<>();
        private long tokens;
        private double flops;

        private Part(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void trained(long tokensSoFar, double flopsSoFar) {
            synchronized (SweepDisplay.this) {
                tokens = tokensSoFar;
                flops = flopsSoFar;
                move();
            }
        }

        @Override
        public void ended(TrialEnd end) {
            synchronized (SweepDisplay.this) {
                ends.add(end);
                tell(prefix + end.name(), end);
            }
        }

        @Override
        public void noted(String sentence) {
            synchronized (SweepDisplay.this) {
                err.println(sentence);
            }
        }

        /** Trials that ended, in the order they did. */
        List<TrialEnd> ends() {
            synchronized (SweepDisplay.this) {
                return List.copyOf(ends);
            }
        }
    }

    SweepDisplay(PrintWriter err, boolean terminal, int trials, double allFlops) {
        this.err = err;
        this.trials = trials;
        this.allFlops = allFlops;
        this.bar = terminal ? bar(allFlops) : null;
    }

    private static ProgressBar bar(double allFlops) {
        return new ProgressBarBuilder()
                .setTaskName("")
                .setUnit(" GFLOP", 1000)
                .setInitialMax(Math.round(allFlops / UNIT_FLOPS))
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setUpdateIntervalMillis(500)
                .hideEta()
                .build();
    }

    /**
     * Adds a sweep.
     *
     * @param prefix of the names of its trials
     */
    synchronized Part part(String prefix) {
        Part part = new Part(prefix);
        parts.add(part);
        return part;
    }

    private void move() {
        if (bar != null) {
            bar.stepTo(Math.round(Math.min(flops(), allFlops) / UNIT_FLOPS));
            bar.setExtraMessage(" " + state());
        }
    }

    private void tell(String name, TrialEnd end) {
        end.warnings().forEach(warning -> err.println("warning: " + name + ": " + warning));
        if (bar != null) {
            bar.setExtraMessage(" " + state());
            return;
        }
        String result = end.completed()
                ? String.format(Locale.ROOT, "loss %.4f", end.loss())
                : end.outcome() + ": " + end.failure();
        err.println(name + "  " + result + "  (" + state() + ")");
    }

    private double flops() {
        return parts.stream().mapToDouble(part -> part.flops).sum();
    }

    private String state() {
        double seconds = (System.nanoTime() - start) / 1e9;
        List<TrialEnd> ends = parts.stream().flatMap(part -> part.ends.stream()).toList();
        long tokens = parts.stream().mapToLong(part -> part.tokens).sum();
        double flops = flops();
        StringBuilder state = new StringBuilder(ends.size() + "/" + trials + " trials");
        if (tokens > 0) {
            state.append(String.format(Locale.ROOT, ", %.0fk tokens/s", tokens / seconds / 1000));
        }
        ends.stream()
                .filter(TrialEnd::completed)
                .mapToDouble(TrialEnd::loss)
                .min()
                .ifPresent(best -> state.append(String.format(Locale.ROOT, ", best %.3f", best)));
        if (flops > 0) {
            double left = seconds * Math.max(0, allFlops / flops - 1);
            state.append(String.format(Locale.ROOT, ", %d:%02d left", (long) left / 60, (long) left % 60));
        }
        return state.toString();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
