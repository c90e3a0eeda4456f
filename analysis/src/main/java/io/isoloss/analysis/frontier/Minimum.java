package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.annotation.JsonValue;

/** How the minimum of an IsoFLOP profile is located. */
public enum Minimum {
    /** The vertex of a parabola in ln N (Hoffmann et al. 2022, section 3.2). */
    PARABOLA("parabola"),
    /** The lowest point of an Akima spline of ln loss in ln N (Porian et al. 2024, arXiv:2406.19146, section 3). */
    AKIMA("akima");

    private final String label;

    Minimum(String label) {
        this.label = label;
    }

    @JsonValue
    @Override
    public String toString() {
        return label;
    }
}
