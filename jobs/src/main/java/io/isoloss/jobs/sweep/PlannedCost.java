package io.isoloss.jobs.sweep;

/**
 * What a sweep will cost, each between a low and a high value as the steps that were timed differ; the rates are taken as
 * given.
 *
 * @param deviceSeconds of all trials together, one device each
 * @param usd null without a price
 * @param kwh of the site, by the power of a core at work
 * @param co2Grams null without a carbon factor
 * @param rates where power and carbon come from, in words
 */
public record PlannedCost(Timing deviceSeconds, Range usd, Range kwh, Range co2Grams, String rates) {

    /** An amount between a low and a high one. */
    public record Range(double low, double typical, double high) {
        private static Range of(Timing seconds, double perSecond) {
            return new Range(seconds.low() * perSecond, seconds.typical() * perSecond, seconds.high() * perSecond);
        }
    }

    /** Of a forecast; null without any rate. */
    public static PlannedCost of(Forecast forecast, CostRates rates) {
        if (rates.equals(CostRates.NONE)) {
            return null;
        }
        Timing seconds = forecast.trials().values().stream().reduce(new Timing(0, 0, 0), Timing::plus);
        Double usd = rates.usd(1);
        Double co2 = rates.co2Grams(rates.watts());
        String words = rates.wattsSource()
                + (rates.carbon() == null ? "" : ", " + rates.carbon().words());
        return new PlannedCost(
                seconds,
                usd == null ? null : Range.of(seconds, usd),
                Range.of(seconds, rates.kwh(rates.watts())),
                co2 == null ? null : Range.of(seconds, co2),
                words);
    }
}
