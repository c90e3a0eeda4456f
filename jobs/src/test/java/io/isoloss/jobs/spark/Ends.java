package io.isoloss.jobs.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it hears of a sweep. */
final class Ends implements SweepWatcher {
    private final List<TrialEnd> ends = new CopyOnWriteArrayList<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private volatile long tokens;

    @Override
    public void trained(long tokensSoFar, double flops) {
        tokens = tokensSoFar;
    }

    @Override
    public void ended(TrialEnd end) {
        ends.add(end);
    }

    @Override
    public void noted(String sentence) {
        notes.add(sentence);
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    List<TrialEnd> all() {
        return List.copyOf(ends);
    }

    long tokens() {
        return tokens;
    }
}
