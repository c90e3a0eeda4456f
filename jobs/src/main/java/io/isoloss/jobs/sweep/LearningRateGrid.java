package io.isoloss.jobs.sweep;

import java.util.List;

/** Each shape is trained once with every rate. */
public record LearningRateGrid(List<Double> rates) implements LearningRateRule {

    public LearningRateGrid {
        rates = List.copyOf(rates);
        if (rates.isEmpty() || !rates.stream().allMatch(rate -> rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("Invalid learning rates (want at least one, each in (0, 1]): " + rates);
        }
    }

    @Override
    public List<Double> rates(int width, int batchSequences) {
        return rates;
    }
}
