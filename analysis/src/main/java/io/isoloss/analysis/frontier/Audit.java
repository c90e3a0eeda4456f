package io.isoloss.analysis.frontier;

import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.LossSurface;
import java.util.List;

/**
 * Whether a model is past compute-optimal, by how much, and how sure that is. Jackson writes it as {@code audit --json}
 * promises.
 *
 * @param loss measured if known, else the law's, nats a token
 * @param excessLoss loss less the frontier's at the same compute, nats a token
 * @param equivalentFlops least compute that reaches this loss on the frontier; null if none does
 * @param excessCompute flops / equivalentFlops - 1; -1 where no compute reaches the loss
 * @param probabilityPastOptimal share of bootstrap laws whose N_opt(C) exceeds the model's N, which is then trained on
 *     more tokens a parameter than is optimal; null without a bootstrap
 * @param verdict {@code under-trained}, {@code compute-optimal}, {@code over-trained} or {@code undecided}
 * @param breakEvenInferenceTokens served tokens from which the model costs less over its life than the compute-optimal one
 *     of its loss; null where none do, and, like the next two, where the traffic is not given
 * @param lifetimeFlops training and serving
 * @param lifetimeOptimalParams N that reaches the law's loss for (N, D) for the fewest lifetime FLOPs
 */
public record Audit(
        String name,
        double params,
        double tokens,
        double flops,
        double loss,
        double optimalParams,
        double optimalTokens,
        double optimalLoss,
        double excessLoss,
        Double equivalentFlops,
        double excessCompute,
        double tokensPerParam,
        double optimalTokensPerParam,
        Double probabilityPastOptimal,
        String verdict,
        Double breakEvenInferenceTokens,
        Double lifetimeFlops,
        Double lifetimeOptimalParams) {
    public static final String UNDER_TRAINED = "under-trained";
    public static final String COMPUTE_OPTIMAL = "compute-optimal";
    public static final String OVER_TRAINED = "over-trained";
    public static final String UNDECIDED = "undecided";

    /** Waste below a twentieth of the compute counts as none: a convention of ours, stated with every verdict's page. */
    public static final double SMALL_EXCESS = 0.05;

    private static final double TAIL = 0.025;

    /** Audits each model against the frontier of a fitted law. */
    public static List<Audit> of(FittedLaw fitted, List<Model> models) {
        return of(fitted, models, null);
    }

    /**
     * Audits each model, over its life where the traffic is given.
     *
     * @param inferenceTokens tokens that each model serves; null if not to be counted
     */
    public static List<Audit> of(FittedLaw fitted, List<Model> models, Double inferenceTokens) {
        return models.stream().map(model -> of(fitted, model, inferenceTokens)).toList();
    }

    /** Audits one model, its training alone. */
    public static Audit of(FittedLaw fitted, Model model) {
        return of(fitted, model, null);
    }

    /**
     * Audits one model. The verdict rests on the law's own loss for (N, D), so that the recipe does not sway it; a model
     * that was measured better than the law's frontier is out of the law's reach, and undecided.
     */
    private static Audit of(FittedLaw fitted, Model model, Double inferenceTokens) {
        LossSurface law = fitted.surface();
        Lifetime lifetime =
                inferenceTokens == null ? null : Lifetime.of(law, model.params(), model.tokens(), inferenceTokens);
        double flops = model.flops() != null
                ? model.flops()
                : LossSurface.FLOPS_PER_PARAM_TOKEN * model.params() * model.tokens();
        double loss = model.loss() != null ? model.loss() : law.loss(model.params(), model.tokens());
        double equivalent = law.equivalentFlops(loss);
        double optimalParams = law.optimalParams(flops);
        double optimalTokens = law.optimalTokens(flops);
        double optimalLoss = law.optimalLoss(flops);
        Double probability = probabilityPastOptimal(fitted.surfaces(), model, flops);
        return new Audit(
                model.name(),
                model.params(),
                model.tokens(),
                flops,
                loss,
                optimalParams,
                optimalTokens,
                optimalLoss,
                loss - optimalLoss,
                Double.isInfinite(equivalent) ? null : equivalent,
                flops / equivalent - 1,
                model.tokens() / model.params(),
                optimalTokens / optimalParams,
                probability,
                verdict(fitted, model, probability, flops / equivalent - 1),
                lifetime == null ? null : lifetime.breakEvenTokens(),
                lifetime == null ? null : (Double) lifetime.flops(),
                lifetime == null ? null : (Double) lifetime.optimalParams());
    }

    private static Double probabilityPastOptimal(List<LossSurface> replicates, Model model, double flops) {
        if (replicates.isEmpty()) {
            return null;
        }
        long past = replicates.stream()
                .filter(law -> model.params() < law.optimalParams(flops))
                .count();
        return (double) past / replicates.size();
    }

    private static String verdict(FittedLaw fitted, Model model, Double probability, double excessCompute) {
        if (probability == null) {
            return UNDECIDED;
        }
        if (excessCompute < -SMALL_EXCESS) {
            return UNDECIDED; // measured better than the frontier allows: the law misses here
        }
        boolean sure = probability < TAIL || probability > 1 - TAIL;
        if (allocationExcess(fitted.surface(), model) < SMALL_EXCESS) {
            // On the flat bottom: either side is possible, or the side is sure and the waste surely small.
            return !sure || highestExcess(fitted.surfaces(), model) < SMALL_EXCESS ? COMPUTE_OPTIMAL : UNDECIDED;
        }
        return !sure ? UNDECIDED : probability > 0.5 ? OVER_TRAINED : UNDER_TRAINED;
    }

    /** Compute beyond what the frontier needs for the loss that the law gives this N and D, as a share of the latter. */
    private static double allocationExcess(LossSurface law, Model model) {
        double flops = LossSurface.FLOPS_PER_PARAM_TOKEN * model.params() * model.tokens();
        return flops / law.equivalentFlops(law.loss(model.params(), model.tokens())) - 1;
    }

    private static double highestExcess(List<LossSurface> replicates, Model model) {
        double[] sorted = replicates.stream()
                .mapToDouble(law -> allocationExcess(law, model))
                .sorted()
                .toArray();
        return sorted[(int) Math.ceil((1 - TAIL) * (sorted.length - 1))];
    }
}
