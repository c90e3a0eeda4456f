package io.isoloss.analysis.fit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fit and how far to trust it. Jackson writes it as {@code fit --json} promises.
 *
 * @param law name of the law
 * @param parameters by the paper's letter, for N and D in single units
 * @param identified whether the data pin every parameter
 * @param lackOfFit whether the law misses its points by more than noise; null where that cannot be told
 * @param bootstrap null if there was none
 * @param intervals where they come from: {@link #BOOTSTRAP}, {@link #PROFILE_LIKELIHOOD} or {@link #NONE}
 * @param profiles least objective along each parameter whose interval is open
 * @param atOptimum the law at the least objective, whether or not the data pin it; good for nothing but comparing laws
 * @param best the law at the optimum, for {@link #fitted()}; null if a scale or an exponent is not identified
 */
public record FitResult(
        String law,
        String method,
        Objective objective,
        int points,
        Map<String, Estimate> parameters,
        boolean identified,
        Certificate certificate,
        Optimum optimum,
        LackOfFit lackOfFit,
        Bootstrap bootstrap,
        String intervals,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<ProfileLikelihood.Level>> profiles,
        List<String> warnings,
        @JsonIgnore ScalingLaw atOptimum,
        @JsonIgnore FittedLaw best) {
    public static final String BOOTSTRAP = "bootstrap";
    public static final String PROFILE_LIKELIHOOD = "profile-likelihood";
    public static final String NONE = "none";

    public FitResult {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        warnings = List.copyOf(warnings);
    }

    /**
     * The law with its replicates, for frontiers, audits and budgets.
     *
     * @throws IsolossException of kind UNSUPPORTED if a scale or an exponent is not identified. An E at its bound of 0 is no
     *     hindrance: the frontier and its bands stand, with a warning
     */
    public FittedLaw fitted() {
        if (best == null) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot use the " + law + " fit of " + points + " points: " + String.join(" ", warnings));
        }
        return best;
    }
}
