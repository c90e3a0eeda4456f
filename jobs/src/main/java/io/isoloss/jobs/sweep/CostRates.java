package io.isoloss.jobs.sweep;

import java.io.Serializable;

/**
 * What the time and the electricity of a trial cost, as the configuration says; no part of a run's identity.
 *
 * @param usdPerHour price of one device, a core or a GPU, for an hour that a trial holds it; null without a price
 * @param wattsPerCore power of a core at work, for machines whose energy can't be counted; null for
 *     {@link #USUAL_WATTS_PER_CORE}
 * @param carbon null without a factor
 */
public record CostRates(Double usdPerHour, Double wattsPerCore, Carbon carbon) implements Serializable {
    /**
     * A core of a processor that is not named, at work (Lannelongue, Grealey &amp; Inouye 2021, "Green Algorithms",
     * doi:10.1002/advs.202100707; {@code TDP_cpu.csv} of the tool, row "Any"). Memory and idle cores are not in it.
     */
    public static final double USUAL_WATTS_PER_CORE = 12;

    public static final CostRates NONE = new CostRates(null, null, null);

    public static final double SECONDS_PER_HOUR = 3600;
    private static final double JOULES_PER_KWH = 3.6e6;

    public CostRates {
        check(usdPerHour == null || (usdPerHour >= 0 && Double.isFinite(usdPerHour)), "USD an hour", usdPerHour);
        check(
                wattsPerCore == null || (wattsPerCore > 0 && Double.isFinite(wattsPerCore)),
                "watts a core",
                wattsPerCore);
    }

    /**
     * Carbon of electricity.
     *
     * @param gramsPerKwh CO2 equivalent
     * @param source who says so
     * @param year that the factor is of
     * @param pue power usage effectiveness: power of the site over power of its devices, at least 1
     */
    public record Carbon(double gramsPerKwh, String source, int year, double pue) implements Serializable {
        public Carbon {
            check(gramsPerKwh >= 0 && Double.isFinite(gramsPerKwh), "grams of CO2 a kWh", gramsPerKwh);
            check(pue >= 1 && Double.isFinite(pue), "PUE", pue);
            if (source == null || source.isBlank()) {
                throw new IllegalArgumentException("Invalid source of a carbon factor (want who says so): " + source);
            }
        }

        /** Factor, source and year, for the run's row. */
        public String words() {
            return Quantity.exact(gramsPerKwh) + " g/kWh (" + source + ", " + year + "), PUE " + Quantity.exact(pue);
        }
    }

    /** Of a core at work: the configured power, or the usual. */
    public double watts() {
        return wattsPerCore == null ? USUAL_WATTS_PER_CORE : wattsPerCore;
    }

    /** Where {@link #watts} comes from. */
    public String wattsSource() {
        return Quantity.exact(watts()) + " W a core ("
                + (wattsPerCore == null ? "Green Algorithms 2021, unnamed processor" : "cost.watts_per_core") + ")";
    }

    /** Price of holding one device; null without a price. */
    public Double usd(double deviceSeconds) {
        return usdPerHour == null ? null : (Double) (deviceSeconds / SECONDS_PER_HOUR * usdPerHour);
    }

    /** From the energy of the device to that of the site, kWh. */
    public double kwh(double joules) {
        return joules / JOULES_PER_KWH * (carbon == null ? 1 : carbon.pue());
    }

    /** kWh of the site times carbon of its electricity; null without energy or a factor. */
    public Double co2Grams(Double joules) {
        return carbon == null || joules == null ? null : (Double) (kwh(joules) * carbon.gramsPerKwh());
    }

    private static void check(boolean held, String what, Double value) {
        if (!held) {
            throw new IllegalArgumentException("Invalid " + what + " (want finite and not negative, PUE at least 1,"
                    + " watts above 0): " + value);
        }
    }
}
