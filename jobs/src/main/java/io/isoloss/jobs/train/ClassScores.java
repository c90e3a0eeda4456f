package io.isoloss.jobs.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Counts of predicted and true classes, and the scores that follow from them. */
final class ClassScores {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long[] right; // by class
    private final long[] predicted;
    private final long[] actual;

    ClassScores(int classes) {
        this.right = new long[classes];
        this.predicted = new long[classes];
        this.actual = new long[classes];
    }

    void add(int prediction, int target) {
        predicted[prediction]++;
        actual[target]++;
        if (prediction == target) {
            right[target]++;
        }
    }

    /** Share of right predictions. */
    double accuracy() {
        return (double) sum(right) / sum(actual);
    }

    /** Share of the predictions of a class that are right; 0 where it was never predicted. */
    double precision(int which) {
        return predicted[which] == 0 ? 0 : (double) right[which] / predicted[which];
    }

    /** Share of a class that was found; 0 where it does not occur. */
    double recall(int which) {
        return actual[which] == 0 ? 0 : (double) right[which] / actual[which];
    }

    /** Harmonic mean of precision and recall; 0 where both are. */
    double f1(int which) {
        long seen = predicted[which] + actual[which];
        return seen == 0 ? 0 : 2.0 * right[which] / seen;
    }

    /** Unweighted mean over the classes that occur, of one of the scores of a class. */
    double macro(IntToDoubleFunction score) {
        double sum = 0;
        int occurring = 0;
        for (int which = 0; which < actual.length; which++) {
            if (actual[which] > 0) {
                sum += score.applyAsDouble(which);
                occurring++;
            }
        }
        return sum / occurring;
    }

    /** Precision, recall, F1 and positions of each class by its name. */
    String json(List<String> names) {
        ObjectNode classes = JSON.createObjectNode();
        for (int which = 0; which < actual.length; which++) {
            classes.putObject(names.get(which))
                    .put("precision", precision(which))
                    .put("recall", recall(which))
                    .put("f1", f1(which))
                    .put("positions", actual[which]);
        }
        return classes.toString();
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
