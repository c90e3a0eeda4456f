package io.isoloss.analysis.fit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.ScalingLaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A law whose parameters the data pinned, with what later answers need: what {@code law.json} holds.
 *
 * @param replicates the laws of the bootstrap; empty if there was none
 * @param lowestFlops least compute among the fitted points, FLOPs; below it and above {@code highestFlops} the law
 *     extrapolates
 * @param warnings of the fit, which hold for all that is drawn from the law
 * @param logNoise standard deviation of ln(measured / predicted) of single runs; null if it is not known, as in files
 *     written before it was
 * @param profile intervals where there was no bootstrap; null if there was one, or if the law was read from a file
 */
public record FittedLaw(
        ScalingLaw law,
        List<ScalingLaw> replicates,
        int points,
        double lowestFlops,
        double highestFlops,
        List<String> warnings,
        Double logNoise,
        @JsonIgnore ProfileLikelihood profile) {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    public FittedLaw {
        Objects.requireNonNull(law, "law");
        replicates = List.copyOf(replicates);
        warnings = List.copyOf(warnings);
        if (logNoise != null && !(logNoise >= 0 && Double.isFinite(logNoise))) {
            throw new IllegalArgumentException("Invalid logNoise (want finite and not negative): " + logNoise);
        }
    }

    /** A law whose intervals, if it has any, are those of its replicates. */
    @JsonCreator
    public FittedLaw(
            @JsonProperty("law") ScalingLaw law,
            @JsonProperty("replicates") List<ScalingLaw> replicates,
            @JsonProperty("points") int points,
            @JsonProperty("lowestFlops") double lowestFlops,
            @JsonProperty("highestFlops") double highestFlops,
            @JsonProperty("warnings") List<String> warnings,
            @JsonProperty("logNoise") Double logNoise) {
        this(law, replicates, points, lowestFlops, highestFlops, warnings, logNoise, null);
    }

    /** A law whose runs are of unknown noise. */
    public FittedLaw(
            ScalingLaw law,
            List<ScalingLaw> replicates,
            int points,
            double lowestFlops,
            double highestFlops,
            List<String> warnings) {
        this(law, replicates, points, lowestFlops, highestFlops, warnings, null, null);
    }

    /**
     * What the law foretells at x, in the order of its variables. The interval of a new run is that of a replicate drawn at
     * random, times the noise of one run, as Student's t with the points' degrees of freedom. Beyond the fitted x it holds
     * if the law does.
     */
    public Prediction predict(double... x) {
        double value = law.predict(x);
        double[] means = replicates.stream().mapToDouble(r -> r.predict(x)).toArray();
        Estimate mean = Estimate.of(value, means);
        if (logNoise == null || means.length == 0) {
            return new Prediction(mean, null);
        }
        if (logNoise == 0) {
            return new Prediction(mean, mean);
        }
        TDistribution noise =
                new TDistribution(null, Math.max(1, points - law.parameters().size()));
        return new Prediction(
                mean,
                new Estimate(
                        value, newRun(means, noise, Estimate.TAIL), newRun(means, noise, 1 - Estimate.TAIL), true));
    }

    /** The response below which a new run falls with this probability. */
    private double newRun(double[] means, TDistribution noise, double probability) {
        double reach = logNoise * noise.inverseCumulativeProbability(1 - Estimate.TAIL / 10);
        double low = Math.log(Arrays.stream(means).min().orElseThrow()) - reach;
        double high = Math.log(Arrays.stream(means).max().orElseThrow()) + reach;
        return Math.exp(new BrentSolver(1e-9)
                .solve(
                        1000,
                        y -> Arrays.stream(means)
                                        .map(m -> noise.cumulativeProbability((y - Math.log(m)) / logNoise))
                                        .average()
                                        .orElseThrow()
                                - probability,
                        low,
                        high));
    }

    /**
     * A quantity of the law with its 95 % interval: from the bootstrap if there was one, else by profile likelihood, else
     * open.
     */
    public Estimate estimate(ToDoubleFunction<LossSurface> quantity) {
        return profile != null
                ? profile.intervalOf(any -> quantity.applyAsDouble(surface(any)))
                : Estimate.of(
                        quantity.applyAsDouble(surface()),
                        surfaces().stream().mapToDouble(quantity).toArray());
    }

    /**
     * The law as a surface over N and D.
     *
     * @throws IsolossException of kind BAD_INPUT if it is none
     */
    public LossSurface surface() {
        return surface(law);
    }

    /** The laws of the bootstrap, as {@link #surface()}. */
    public List<LossSurface> surfaces() {
        return replicates.stream().map(FittedLaw::surface).toList();
    }

    private static LossSurface surface(ScalingLaw law) {
        if (law instanceof LossSurface surface) {
            return surface;
        }
        throw new IsolossException(
                Kind.BAD_INPUT,
                "Cannot draw a frontier from the law " + law.name()
                        + ": it is no surface over N and D; fit one that is.");
    }

    /** Writes {@code law.json}: whole or not at all. */
    public void save(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path hidden = absolute.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            JSON.writerWithDefaultPrettyPrinter().writeValue(hidden.toFile(), this);
            Files.move(hidden, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    /**
     * Reads {@code law.json}.
     *
     * @throws IsolossException of kind BAD_INPUT if the file is no law
     */
    public static FittedLaw load(Path file) {
        FittedLaw law;
        try {
            law = JSON.readValue(file.toFile(), FittedLaw.class);
        } catch (IOException e) {
            throw noLaw(
                    file, e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage(), e);
        }
        if (law == null) {
            throw noLaw(file, "it holds null", null);
        }
        return law;
    }

    private static IsolossException noLaw(Path file, String why, IOException cause) {
        return new IsolossException(
                Kind.BAD_INPUT, "Cannot read a law from " + file + ": " + why + "; write one with fit --save.", cause);
    }
}
