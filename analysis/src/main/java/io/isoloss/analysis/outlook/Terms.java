package io.isoloss.analysis.outlook;

import com.fasterxml.jackson.annotation.JsonValue;
import io.isoloss.analysis.law.LossSurface;

/** What two models share when they are compared. */
public enum Terms {
    /** Each as it was trained. */
    AS_TRAINED("as trained"),
    /** The same training compute, 6ND. */
    COMPUTE("equal compute"),
    /** The same training tokens D. */
    DATA("equal data"),
    /** The same FLOPs over their lives: 6ND of training and 2NT of serving T tokens (Sardana et al. 2023, equation 3). */
    LIFETIME("equal lifetime");

    /** FLOPs of serving a token, for each parameter (Kaplan et al. 2020, section 2.1). */
    static final double FLOPS_PER_SERVED = 2;

    private final String label;

    Terms(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** As JSON has it. */
    @JsonValue
    public String json() {
        return label.replace(' ', '-');
    }

    /**
     * Tokens that a model of {@code params} trains on under these terms with one of {@code otherParams} and {@code
     * otherTokens}.
     *
     * @param served T, tokens that either serves
     */
    double tokens(double params, double otherParams, double otherTokens, double served) {
        return switch (this) {
            case AS_TRAINED -> throw new IllegalArgumentException("Invalid terms: as trained fixes nothing");
            case COMPUTE -> otherParams * otherTokens / params;
            case DATA -> otherTokens;
            case LIFETIME ->
                (otherParams * otherTokens
                                + FLOPS_PER_SERVED
                                        / LossSurface.FLOPS_PER_PARAM_TOKEN
                                        * served
                                        * (otherParams - params))
                        / params;
        };
    }
}
