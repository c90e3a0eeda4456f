package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.util.List;

/** Each shape is trained once with every rate. */
public record LearningRateGrid(List<Double> rates) implements LearningRateRule {
    /** How {@link #line} starts. */
    public static final String LINE = "grid";

    public LearningRateGrid {
        rates = List.copyOf(rates);
        if (rates.isEmpty() || !rates.stream().allMatch(rate -> rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("Invalid learning rates (want at least one, each in (0, 1]): " + rates);
        }
    }

    @Override
    public List<Double> rates(ModelShape shape, double tokens, int batchSequences) {
        return rates;
    }

    @Override
    public String line() {
        return LINE + " of " + rates.size();
    }
}
