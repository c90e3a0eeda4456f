package io.isoloss.analysis.fit;

/** What a fit calls the residual of a point, for a prediction p of the measured y. */
public enum Residuals {
    /** ln p - ln y (Hoffmann et al. 2022, equation 3). */
    LOG,
    /** p - y, in the units of y. */
    PLAIN;

    /** The name that commands and files use. */
    @Override
    public String toString() {
        return this == LOG ? "log" : "plain";
    }
}
