package io.isoloss.analysis.outlook;

/**
 * The gain below which a doubling does not pay.
 *
 * @param unit {@code nats} a token, or {@code share} of the reducible loss at hand
 */
public record LeastGain(double value, String unit) {
    public static final String NATS = "nats";
    public static final String SHARE = "share";

    public LeastGain {
        boolean known = unit.equals(NATS) || unit.equals(SHARE);
        if (!known || !(value > 0 && Double.isFinite(value)) || (unit.equals(SHARE) && value >= 1)) {
            throw new IllegalArgumentException(
                    "Invalid gain (want nats above 0, or a share between 0 and 1): " + value + " " + unit);
        }
    }

    /** In nats, where {@code reducible} nats are left. */
    double nats(double reducible) {
        return unit.equals(NATS) ? value : value * reducible;
    }
}
