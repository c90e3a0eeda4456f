package io.isoloss.jobs.sweep;

import java.math.BigDecimal;
import java.math.MathContext;

/** Writes counts as people do in a config: 7232, 3e10, 2.5e11. */
public final class Quantity {

    private Quantity() {}

    /** All digits. */
    public static String exact(double value) {
        return write(BigDecimal.valueOf(value));
    }

    /** Three digits. */
    public static String rounded(double value) {
        return write(new BigDecimal(value).round(new MathContext(3)));
    }

    private static String write(BigDecimal value) {
        BigDecimal bare = value.stripTrailingZeros();
        int exponent = bare.precision() - bare.scale() - 1;
        if (exponent < 5 && exponent > -5) {
            return bare.toPlainString();
        }
        return bare.movePointLeft(exponent).toPlainString() + "e" + exponent;
    }
}
