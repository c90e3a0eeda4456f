package io.isoloss.analysis.fit;

import io.isoloss.analysis.law.ScalingLaw;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far a law misses the runs it was fitted to, against the standard errors of their losses. */
final class Misfit {
    /**
     * Root mean square of residuals over standard errors from which the form of the law, or the recipe, is in doubt. One
     * is what a true law leaves; the rest is room for the noise of seeds, which the standard error of a validation loss does
     * not hold.
     */
    private static final double DOUBTFUL = 3;

    private Misfit() {}

    /** A sentence where the misses are doubtful; empty where they are not, or where a point has no standard error. */
    static Optional<String> warning(ScalingLaw law, List<Sample> points) {
        double squares = 0;
        double scaledSquares = 0;
        for (Sample point : points) {
            if (point.standardError() == null || !(point.standardError() > 0)) {
                return Optional.empty();
            }
            double residual = Math.log(point.y() / law.predict(point.x()));
            double scaled = residual * point.y() / point.standardError();
            squares += residual * residual;
            scaledSquares += scaled * scaled;
        }
        double ratio = Math.sqrt(scaledSquares / points.size());
        return ratio < DOUBTFUL
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "The law misses the runs by %.1f %% (root mean square), %.1f times the standard error of their"
                                + " losses: its form or the recipe bends where the law does not. Where it disagrees with the"
                                + " IsoFLOP minima, trust those.",
                        100 * Math.sqrt(squares / points.size()),
                        ratio));
    }
}
