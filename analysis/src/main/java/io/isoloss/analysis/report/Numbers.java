package io.isoloss.analysis.report;

import io.isoloss.analysis.fit.Estimate;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Numbers as the report prints them: N and D with K, M, B, T (70B parameters, 1.4T tokens), C as 5.76e23 FLOPs.
 * {@code report.js} keeps the same conventions.
 */
final class Numbers {
    static final String MISSING = "–";
    private static final String[] SCALES = {"", "K", "M", "B", "T"};

    private Numbers() {}

    /** A count of parameters or tokens, three digits. */
    static String count(double value) {
        if (value >= 999.5e12 || (value > 0 && value < 0.01)) {
            return flops(value);
        }
        int scale = 0;
        while (value >= 999.5 && scale < SCALES.length - 1) {
            value /= 1000;
            scale++;
        }
        if (scale == 0 && value == Math.rint(value)) {
            return String.valueOf((long) value);
        }
        String digits = value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return format(digits, value) + SCALES[scale];
    }

    /** FLOPs in scientific notation, three digits. */
    static String flops(double value) {
        return format("%.2e", value).replace("e+0", "e").replace("e+", "e").replace("e-0", "e-");
    }

    static String loss(double value) {
        return format("%.4f", value);
    }

    /** A number of no fixed size, four digits. */
    static String plain(double value) {
        double size = Math.abs(value);
        if (value == 0) {
            return "0";
        }
        if (size >= 1e5 || size < 1e-3) {
            return flops(value);
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return format("%." + decimals + "f", value);
    }

    /** A number that someone chose, such as a learning rate: four digits, without zeros that say nothing. */
    static String setting(double value) {
        String digits = plain(value);
        return digits.contains(".") && !digits.contains("e") ? digits.replaceAll("\\.?0+$", "") : digits;
    }

    static String exponent(double value) {
        return format("%.3f", value);
    }

    /** A share as a percentage; it may be negative. */
    static String percent(double share) {
        return format(share != 0 && Math.abs(share) < 0.0995 ? "%.1f" : "%.0f", 100 * share) + " %";
    }

    static String seconds(double value) {
        if (value < 120) {
            return format(value < 10 ? "%.1f s" : "%.0f s", value);
        }
        long whole = Math.round(value);
        return whole < 7200
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** The value, or that it is not identified. */
    static String value(Estimate estimate, DoubleFunction<String> format) {
        return estimate.value() == null ? "not identified" : format.apply(estimate.value());
    }

    /** The 95 % interval in words. */
    static String interval(Estimate estimate, DoubleFunction<String> format) {
        if (estimate.low() == null && estimate.high() == null) {
            return estimate.identified() ? "no interval" : "open";
        }
        if (estimate.low() == null) {
            return "at most " + format.apply(estimate.high());
        }
        if (estimate.high() == null) {
            return "at least " + format.apply(estimate.low());
        }
        return format.apply(estimate.low()) + " to " + format.apply(estimate.high());
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value).replace('-', '−').replace("e−", "e-");
    }
}
