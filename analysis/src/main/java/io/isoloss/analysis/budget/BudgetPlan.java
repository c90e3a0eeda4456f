package io.isoloss.analysis.budget;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.frontier.Lifetime;
import io.isoloss.analysis.law.LossSurface;
import io.isoloss.analysis.law.ScalingLaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What to train with a budget. Jackson writes it as {@code budget --json} promises.
 *
 * @param law name of the law
 * @param flops C that the budget buys, training and serving
 * @param params N, with the range over the replicates of the law, each planned anew
 * @param tokens D, likewise
 * @param loss of this very (N, D), nats a token, with the range over the replicates
 * @param trainingFlops 6ND
 * @param inferenceTokens T that the budget also serves; null if none
 * @param inferenceFlops 2NT; null likewise
 * @param unspentFlops what the limits leave of the budget
 * @param epochs D / U; null without a limit on distinct tokens
 * @param extrapolatedBy how many times the training lies above the most fitted compute, or below the least; null inside
 * @param limits each with what it costs
 * @param unlimited the best without limits; null without limits
 * @param excessLoss loss less that of {@code unlimited}; null likewise
 * @param equivalentFlops least compute, over the model's life, that reaches this loss without limits; null likewise
 * @param breakEvenInferenceTokens served tokens from which this model costs less over its life than the compute-optimal one of
 *     its loss; null for the compute-optimal one and for larger ones
 * @param smaller models of the same loss that are cheaper to serve
 * @param spending null if no device is named
 */
public record BudgetPlan(
        String law,
        double flops,
        Estimate params,
        Estimate tokens,
        Estimate loss,
        double tokensPerParam,
        double trainingFlops,
        Double inferenceTokens,
        Double inferenceFlops,
        double unspentFlops,
        Double epochs,
        Double extrapolatedBy,
        List<Bound> limits,
        Allocation unlimited,
        Double excessLoss,
        Double equivalentFlops,
        Double breakEvenInferenceTokens,
        List<OverTrained> smaller,
        Spending spending,
        List<String> warnings) {
    /** Sizes of the smaller models, as shares of N. */
    private static final List<Double> SHARES = List.of(0.75, 0.5, 0.25);

    /** Smaller models whose training takes more than so many times that of the plan are left out. */
    private static final double MOST_TRAINING = 10;

    /** A relative gain in loss below this is rounding, not a limit that binds. */
    private static final double ROUNDING = 1e-9;

    /**
     * A limit and what it costs.
     *
     * @param params largest N that it allows; null if any
     * @param binds whether the loss would be lower without it, the other limits kept
     * @param excessLoss by how much
     */
    public record Bound(String option, double value, Double params, boolean binds, double excessLoss) {}

    /**
     * A smaller model trained longer to the same loss.
     *
     * @param breakEvenInferenceTokens served tokens from which it costs less over its life than the planned model
     */
    public record OverTrained(double params, double tokens, double trainingFlops, double breakEvenInferenceTokens) {}

    /**
     * On one kind of device.
     *
     * @param total training and serving, at one MFU
     * @param gpus null if not given
     * @param trainingDays on that many
     */
    public record Spending(
            String gpu,
            Dtype dtype,
            double peakFlopsPerSecond,
            double mfu,
            Double watts,
            double pue,
            double gramsCo2PerKwh,
            Double usdPerGpuHour,
            Cost training,
            Cost total,
            Integer gpus,
            Double trainingDays,
            List<String> assumptions) {
        private static final double HOURS_PER_DAY = 24;

        private static Spending of(Rates rates, double training, double total, Integer gpus) {
            Cost cost = rates.cost(training);
            return new Spending(
                    rates.device().name(),
                    rates.dtype(),
                    rates.device().peakFlopsPerSecond().get(rates.dtype()),
                    rates.mfu(),
                    rates.watts(),
                    rates.pue(),
                    rates.gramsCo2PerKwh(),
                    rates.usdPerGpuHour(),
                    cost,
                    rates.cost(total),
                    gpus,
                    gpus == null ? null : (Double) (cost.gpuHours() / gpus / HOURS_PER_DAY),
                    rates.assumptions());
        }
    }

    public BudgetPlan {
        limits = List.copyOf(limits);
        smaller = List.copyOf(smaller);
        warnings = List.copyOf(warnings);
    }

    /**
     * Plans with the law of a fit.
     *
     * @param inferenceTokens T that the budget also serves; null if none
     * @param rates of the device; null to leave costs out
     * @param gpus devices that train at once; null if not known
     * @throws IsolossException of kind BAD_INPUT if a number cannot be
     */
    public static BudgetPlan of(
            FittedLaw fitted, double flops, Double inferenceTokens, List<Limit> limits, Rates rates, Integer gpus) {
        if (inferenceTokens != null && !(inferenceTokens >= 0 && Double.isFinite(inferenceTokens))) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot plan with --inference-tokens " + inferenceTokens
                            + "; want a finite number not below 0, such as 2e12.");
        }
        if (gpus != null && gpus < 1) {
            throw new IsolossException(Kind.BAD_INPUT, "Cannot plan with --gpus " + gpus + "; want 1 or more.");
        }
        double served = inferenceTokens == null ? 0 : inferenceTokens;
        checkRoom(flops, served, limits);
        ScalingLaw law = fitted.law();
        LossSurface fresh = Repeats.fresh(law);
        List<ScalingLaw> replicates = fitted.replicates();
        Allocation best = Allocation.best(law, flops, served, limits);
        List<Allocation> others = replicates.stream()
                .map(replicate -> Allocation.best(replicate, flops, served, limits))
                .toList();
        Allocation free = Allocation.best(law, flops, served, List.of());
        boolean limited = !limits.isEmpty();
        double training = best.trainingFlops();
        double serving = Lifetime.FLOPS_PER_SERVED * best.params() * served;
        double unspent = Math.max(0, flops - training - serving);
        Double extrapolatedBy = extrapolatedBy(fitted, training);
        List<Bound> bounds = limits.stream()
                .map(limit -> bound(law, flops, served, limits, limit, best.loss()))
                .toList();
        boolean onFrontier = served == 0 && bounds.stream().noneMatch(Bound::binds);
        return new BudgetPlan(
                fitted.law().name(),
                flops,
                estimate(best, others, Allocation::params),
                estimate(best, others, Allocation::tokens),
                Estimate.of(
                        best.loss(),
                        replicates.stream()
                                .mapToDouble(replicate ->
                                        Limit.loss(replicate, limits).applyAsDouble(best.params(), best.tokens()))
                                .toArray()),
                best.tokens() / best.params(),
                training,
                inferenceTokens,
                inferenceTokens == null ? null : (Double) serving,
                unspent < ROUNDING * flops ? 0 : unspent,
                epochs(limits, best),
                extrapolatedBy,
                bounds,
                limited ? free : null,
                limited ? (Double) (best.loss() - free.loss()) : null,
                limited ? (Double) Lifetime.leastFlops(fresh, best.loss(), served) : null,
                onFrontier ? null : Lifetime.breakEvenTokens(fresh, best.params(), training, best.loss()),
                smaller(fresh, best, limits),
                rates == null ? null : Spending.of(rates, training, training + serving, gpus),
                warnings(fitted, training, extrapolatedBy, limits, best));
    }

    private static void checkRoom(double flops, double served, List<Limit> limits) {
        double most = flops / (LossSurface.FLOPS_PER_PARAM_TOKEN + Lifetime.FLOPS_PER_SERVED * served);
        if (most < 1) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot plan for " + flops + " FLOPs: they do not pay for serving " + served
                            + " tokens with one parameter; raise the budget or lower --inference-tokens.");
        }
        for (Limit limit : limits) {
            if (limit.maxParams() < 1) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot plan with " + limit.option() + " " + limit.value()
                                + ": it allows less than one parameter; raise it.");
            }
        }
    }

    private static Estimate estimate(Allocation best, List<Allocation> others, ToDoubleFunction<Allocation> quantity) {
        return Estimate.of(
                quantity.applyAsDouble(best),
                others.stream().mapToDouble(quantity).toArray());
    }

    private static Bound bound(
            ScalingLaw law, double flops, double served, List<Limit> limits, Limit limit, double loss) {
        List<Limit> rest = limits.stream().filter(other -> other != limit).toList();
        double gain = loss - Allocation.best(law, flops, served, rest).loss();
        boolean binds = gain > ROUNDING * loss;
        return new Bound(
                limit.option(),
                limit.value(),
                Double.isInfinite(limit.maxParams()) ? null : limit.maxParams(),
                binds,
                binds ? gain : 0);
    }

    private static Double epochs(List<Limit> limits, Allocation best) {
        return limits.stream()
                .filter(limit -> limit instanceof Limit.UniqueTokens || limit instanceof Limit.RepeatedTokens)
                .findFirst()
                .map(limit -> best.tokens() / limit.value())
                .orElse(null);
    }

    private static Double extrapolatedBy(FittedLaw fitted, double training) {
        double factor = Math.max(training / fitted.highestFlops(), fitted.lowestFlops() / training);
        return factor > 1 + ROUNDING ? factor : null;
    }

    /** With repeats no closed form tells the tokens that reach a loss, so that none are listed. */
    private static List<OverTrained> smaller(LossSurface law, Allocation best, List<Limit> limits) {
        if (limits.stream().anyMatch(Limit.RepeatedTokens.class::isInstance)) {
            return List.of();
        }
        double maxTokens = limits.stream().mapToDouble(Limit::maxTokens).min().orElse(Double.POSITIVE_INFINITY);
        List<OverTrained> models = new ArrayList<>();
        for (double share : SHARES) {
            Allocation model = new Allocation(
                    share * best.params(), law.tokensToReach(share * best.params(), best.loss()), best.loss());
            if (model.trainingFlops() <= MOST_TRAINING * best.trainingFlops() && model.tokens() <= maxTokens) {
                double saved = Lifetime.FLOPS_PER_SERVED * (best.params() - model.params());
                models.add(new OverTrained(
                        model.params(),
                        model.tokens(),
                        model.trainingFlops(),
                        (model.trainingFlops() - best.trainingFlops()) / saved));
            }
        }
        return models;
    }

    private static List<String> warnings(
            FittedLaw fitted, double training, Double extrapolatedBy, List<Limit> limits, Allocation best) {
        List<String> warnings = new ArrayList<>();
        if (extrapolatedBy != null) {
            boolean above = training > fitted.highestFlops();
            warnings.add(String.format(
                    Locale.ROOT,
                    "The law extrapolates: training takes %s FLOPs, %.3g times %s of the fitted runs (%s). The intervals hold the"
                            + " noise of those runs, not the risk that the law ends.",
                    scientific(training),
                    above ? extrapolatedBy : 1 / extrapolatedBy,
                    above ? "the most" : "the least",
                    scientific(above ? fitted.highestFlops() : fitted.lowestFlops())));
        }
        if (fitted.replicates().isEmpty()) {
            warnings.add("The law holds no bootstrap, so that there are no intervals; fit with --bootstrap.");
        }
        for (Limit limit : limits) {
            if (limit instanceof Limit.UniqueTokens && best.tokens() >= limit.value()) {
                warnings.add(
                        "D ends at --unique-tokens: the law knows no repeats. With --repeat muennighoff repeats count at the"
                                + " worth that Muennighoff et al. 2023 found on other runs.");
            }
            if (limit instanceof Limit.RepeatedTokens
                    && best.tokens() > limit.value()
                    && !Repeats.known(fitted.law())) {
                warnings.add(
                        "The worth of repeats is that of Muennighoff et al. 2023 (R_D* 15.4, R_N* 5.3), which their own runs"
                                + " hardly pin, not of the runs behind the law.");
            }
        }
        warnings.addAll(fitted.warnings());
        return warnings;
    }

    /** 1.30e22. */
    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.2e", value).replace("e+", "e");
    }
}
