package io.isoloss.analysis.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.Locale;

/**
 * What there is to spend.
 *
 * @param amount in the unit's own measure, positive
 */
public record Budget(Unit unit, double amount) {
    /** In what a budget is counted. */
    public enum Unit {
        FLOPS("FLOPs"),
        GPU_HOURS("GPU-hours"),
        USD("USD"),
        KWH("kWh"),
        CO2_KG("kg CO2");

        private final String label;

        Unit(String label) {
            this.label = label;
        }

        /** As options and JSON write it: {@code gpu-hours}. */
        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** As text writes it. */
        public String label() {
            return label;
        }
    }

    /** @throws IsolossException of kind BAD_INPUT if the amount is not finite and above 0 */
    public Budget {
        if (!(amount > 0 && Double.isFinite(amount))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot plan with a budget of " + amount + " " + unit.label()
                            + "; want a finite number above 0, such as "
                            + (unit == Unit.FLOPS ? "1e21" : "1000") + ".");
        }
    }
}
