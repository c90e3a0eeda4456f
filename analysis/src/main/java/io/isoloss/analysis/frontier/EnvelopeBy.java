package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonValue;

/** How the lower envelope of training curves is drawn. */
public enum EnvelopeBy {
    /** The best run at each of 1500 log-spaced C, curves interpolated (Hoffmann et al. 2022, section 3.1). */
    CURVES("curves"),
    /**
     * The measured points on the lower convex hull in log C and log loss, as far as the loss falls (McLeish et al. 2025,
     * arXiv:2502.06857, published code). Robust where runs were measured at few moments.
     */
    HULL("hull");

    private final String label;

    EnvelopeBy(String label) {
        this.label = label;
    }

    @JsonValue
    @Override
    public String toString() {
        return label;
    }
}
