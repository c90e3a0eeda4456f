package io.isoloss.jobs.cli;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.frontier.EnvelopeBy;
import io.isoloss.analysis.frontier.IsoFlopOptions;
import io.isoloss.analysis.frontier.LossNoise;
import io.isoloss.analysis.frontier.Minimum;
import picocli.CommandLine.Option;

/** How a command draws approaches 1 and 2. */
final class Drawing {
    private static final String STANDARD_ERRORS = "standard-errors";

    @Option(
            names = "--minimum",
            paramLabel = "parabola|akima",
            defaultValue = "parabola",
            description =
                    "Approach 2: how the minimum of an IsoFLOP curve is located, at the vertex of a parabola or on a"
                            + " spline; ${DEFAULT-VALUE} by default.")
    private String minimum;

    @Option(
            names = "--noise",
            paramLabel = "NATS|standard-errors",
            description =
                    "Approach 2: standard deviation of a loss over seeds, in nats a token, or the losses' own standard"
                            + " errors; the scatter of the losses about smooth curves by default.")
    private String noise;

    @Option(
            names = "--envelope",
            paramLabel = "curves|hull",
            defaultValue = "curves",
            description = "Approach 1: interpolated training curves, or the convex hull of their points;"
                    + " ${DEFAULT-VALUE} by default.")
    private String envelope;

    EnvelopeBy envelope() {
        return Counting.one("--envelope", envelope, EnvelopeBy.values());
    }

    IsoFlopOptions isoFlop(FitOptions fit) {
        Minimum how = Counting.one("--minimum", minimum, Minimum.values());
        return new IsoFlopOptions(how, lossNoise(), IsoFlopOptions.DEFAULT.replicates(), fit.seed());
    }

    private LossNoise lossNoise() {
        if (noise == null) {
            return null;
        }
        if (noise.equals(STANDARD_ERRORS)) {
            return new LossNoise.StandardErrors();
        }
        try {
            return new LossNoise.Stated(Double.parseDouble(noise));
        } catch (IllegalArgumentException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot take --noise " + noise + "; want a number of nats a token above 0, such as 0.002, or "
                            + STANDARD_ERRORS,
                    e);
        }
    }
}
