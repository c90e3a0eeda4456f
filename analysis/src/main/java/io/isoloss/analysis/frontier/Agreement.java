package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.Estimate;
import java.util.Locale;

/**
 * Whether approaches 2 and 3 tell the same growth of N_opt with C.
 *
 * @param verdict {@code agree}, {@code disagree} or {@code not-supported}
 * @param sentence the verdict with its numbers
 */
public record Agreement(String verdict, String sentence) {
    /**
     * Compares the parameter exponents: they agree if they differ by less than the root of the summed squares of their
     * half-widths. Both come from the same runs, whose shared noise makes that bound wide rather than narrow.
     */
    public static Agreement between(IsoFlopFrontier isoFlop, ParametricFrontier parametric) {
        if (!isoFlop.supported()) {
            return new Agreement(
                    "not-supported", "IsoFLOP minima cannot confirm the law's frontier: " + isoFlop.failure());
        }
        Estimate two = isoFlop.paramsExponent();
        Estimate three = parametric.paramsExponent();
        if (two.low() == null || three.low() == null) {
            return new Agreement("not-supported", "The approaches cannot be compared: an exponent has no interval.");
        }
        boolean agree = Math.abs(two.value() - three.value())
                <= Math.hypot(two.high() - two.low(), three.high() - three.low()) / 2;
        return new Agreement(
                agree ? "agree" : "disagree",
                String.format(
                        Locale.ROOT,
                        "The exponents of N_opt(C) %s: %.3f (%.3f to %.3f) from IsoFLOP minima, %.3f (%.3f to %.3f) from the"
                                + " fitted law.",
                        agree ? "agree within their intervals" : "disagree beyond their intervals",
                        two.value(),
                        two.low(),
                        two.high(),
                        three.value(),
                        three.low(),
                        three.high()));
    }
}
