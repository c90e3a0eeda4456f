package io.isoloss.analysis.tuning;

/**
 * A run of a grid of learning rates.
 *
 * @param width of the model
 * @param rate peak learning rate, its batch's part taken out
 * @param loss nats a token; null if the run did not complete
 */
public record RateTrial(int width, double rate, Double loss) {
    public RateTrial {
        if (width < 1 || !(rate > 0 && Double.isFinite(rate)) || (loss != null && !(loss > 0))) {
            throw new IllegalArgumentException(
                    "Invalid run of a grid of rates (want a width of at least 1, a finite rate above 0 and a loss above 0"
                            + " or none): " + width + ", " + rate + ", " + loss);
        }
    }
}
