package io.isoloss.jobs.train;

import io.isoloss.jobs.corpus.ValidationWindows;
import io.isoloss.jobs.model.Model;

/**
 * Scores over the fixed validation windows.
 *
 * @param loss mean over all positions, nats a token
 * @param standardError of that mean, with windows as the independent units: tokens of one window are correlated
 * @param scores of the most probable outputs
 */
public record Evaluation(double loss, double standardError, ClassScores scores) {

    /** Sequences evaluated at once: enough to keep matrix products busy, few enough for the cache. */
    static final int BATCH = 16;

    /**
     * Scores a model on all windows.
     *
     * @param outputs that it chooses among
     */
    public static Evaluation of(Model model, int outputs, ValidationWindows windows) {
        return of(model, outputs, windows, BATCH, () -> {});
    }

    /**
     * Scores a model on all windows, so many at once.
     *
     * @param between called before each batch
     */
    static Evaluation of(Model model, int outputs, ValidationWindows windows, int batch, Runnable between) {
        int context = windows.context();
        int[] inputs = new int[batch * context];
        int[] targets = new int[batch * context];
        double[] losses = new double[batch * context];
        double sum = 0;
        double squares = 0;
        ClassScores scores = new ClassScores(outputs);
        try (Model scorer = model.scorer(batch)) {
            for (int first = 0; first < windows.count(); first += batch) {
                between.run();
                int filled = Math.min(batch, windows.count() - first);
                windows.fill(first, filled, inputs, targets); // rows past the last window keep an earlier one, unused
                scorer.forward(inputs, targets, losses);
                int[] predictions = scorer.predictions();
                for (int position = 0; position < filled * context; position++) {
                    scores.add(predictions[position], targets[position]);
                }
                for (int window = 0; window < filled; window++) {
                    double mean = mean(losses, window * context, context);
                    sum += mean;
                    squares += mean * mean;
                }
            }
        }
        int count = windows.count();
        double loss = sum / count;
        double variance = count > 1 ? Math.max(0, squares - count * loss * loss) / (count - 1) : Double.NaN;
        return new Evaluation(loss, Math.sqrt(variance / count), scores);
    }

    private static double mean(double[] losses, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += losses[i];
        }
        return sum / length;
    }
}
