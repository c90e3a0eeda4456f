package io.isoloss.analysis.tuning;

import io.isoloss.analysis.fit.Estimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The learning rate at which the loss of one width is least: the vertex of a parabola in ln rate.
 *
 * @param tried rates, ascending
 * @param losses mean over the seeds of each rate, nats a token; null of a rate that did not complete
 * @param noise standard deviation of a loss that the errors are made of, nats a token; null if there is none
 * @param freedom degrees of freedom that it was estimated with
 * @param rate with its 95 % interval; open if there is none
 * @param logStandardError of ln rate; null if there is none
 * @param loss at the optimum by the parabola, nats a token; null if there is none
 * @param failure why there is none, as a sentence; null if there is one
 */
public record RateOptimum(
        int width,
        List<Double> tried,
        List<Double> losses,
        Double noise,
        int freedom,
        Estimate rate,
        Double logStandardError,
        Double loss,
        String failure) {
    public RateOptimum {
        tried = List.copyOf(tried);
        losses = Collections.unmodifiableList(new ArrayList<>(losses));
    }

    /** Whether there is an optimum. */
    public boolean found() {
        return failure == null;
    }
}
