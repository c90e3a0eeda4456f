package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.Model;
import io.isoloss.jobs.train.meter.ServingProbe;

/** A model that scores the same validation windows over and over. */
final class ServedWindows implements ServingProbe.Served {
    private final Model scorer;
    private final int[] inputs;
    private final int[] targets;
    private final double[] losses;
    private final Runnable before;

    /**
     * Of some windows at once.
     *
     * @param before each pass
     */
    ServedWindows(Model model, ValidationWindows windows, int sequences, Runnable before) {
        int rows = sequences * windows.context();
        this.inputs = new int[rows];
        this.targets = new int[rows];
        this.losses = new double[rows];
        this.before = before;
        windows.fill(0, Math.min(sequences, windows.count()), inputs, targets);
        this.scorer = model.scorer(sequences);
    }

    @Override
    public void forward() {
        before.run();
        scorer.forward(inputs, targets, losses);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
