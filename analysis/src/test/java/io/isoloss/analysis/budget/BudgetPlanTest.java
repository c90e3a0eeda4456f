package io.isoloss.analysis.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.budget.BudgetPlan.Bound;
import io.isoloss.analysis.budget.BudgetPlan.OverTrained;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.DataConstrained;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BudgetPlanTest {
    /** alpha = beta and A = B, so that N_opt = D_opt = sqrt(C / 6) and the loss is 1 + 200 / (C/6)^(1/4). */
    private static final Chinchilla LAW = new Chinchilla(1, 100, 100, 0.5, 0.5);

    /** N_opt is 2 and 1/2 times that of {@link #LAW}: N_opt goes as A / B. */
    private static final FittedLaw FITTED = new FittedLaw(
            LAW,
            List.of(new Chinchilla(1, 200, 100, 0.5, 0.5), new Chinchilla(1, 100, 200, 0.5, 0.5)),
            35,
            6e18,
            6e20,
            List.of("a warning of the fit"));

    private static final Accelerator DEVICE =
            new Accelerator("X1", "V", Map.of(Dtype.BF16, 1e14), 80, 2e12, 500.0, "X1 sheet", 2.0, "a shop", "2025");

    private static final Percentage ROUNDING = withinPercentage(1e-9);

    private static BudgetPlan plan(double flops, Double served, Limit... limits) {
        return BudgetPlan.of(FITTED, flops, served, List.of(limits), null, null);
    }

    @Test
    void spendsOnTheFrontier() {
        BudgetPlan plan = plan(6e20, null);
        assertThat(plan.law()).isEqualTo("chinchilla");
        assertThat(plan.params().value()).isCloseTo(1e10, ROUNDING);
        assertThat(plan.tokens().value()).isCloseTo(1e10, ROUNDING);
        assertThat(plan.tokensPerParam()).isCloseTo(1, ROUNDING);
        assertThat(plan.loss().value()).isCloseTo(1.002, ROUNDING);
        assertThat(plan.trainingFlops()).isCloseTo(6e20, ROUNDING);
        assertThat(plan.unspentFlops()).isZero();
        assertThat(plan.limits()).isEmpty();
        assertThat(plan.unlimited()).isNull();
        assertThat(plan.excessLoss()).isNull();
        assertThat(plan.equivalentFlops()).isNull();
        assertThat(plan.inferenceTokens()).isNull();
        assertThat(plan.inferenceFlops()).isNull();
        assertThat(plan.epochs()).isNull();
        assertThat(plan.spending()).isNull();
        assertThat(plan.breakEvenInferenceTokens()).isNull();
    }

    /** Two replicates: the 95 % interval reaches from 2.5 to 97.5 % of the way between them. */
    @Test
    void givesTheRangeOverTheReplicates() {
        BudgetPlan plan = plan(6e20, null);
        assertThat(plan.params().low()).isCloseTo(0.5e10 + 0.025 * 1.5e10, ROUNDING);
        assertThat(plan.params().high()).isCloseTo(2e10 - 0.025 * 1.5e10, ROUNDING);
        assertThat(plan.tokens().low()).isCloseTo(0.5e10 + 0.025 * 1.5e10, ROUNDING);
        // Of the planned (N, D), not of the optimum of each replicate: both give 1 + 0.001 + 0.002.
        assertThat(plan.loss().low()).isCloseTo(1.003, ROUNDING);
        assertThat(plan.loss().high()).isCloseTo(1.003, ROUNDING);
    }

    @Test
    void warnsOutsideTheFittedComputeAndByHowMuch() {
        assertThat(plan(6e20, null).extrapolatedBy()).isNull();
        assertThat(plan(6e18, null).extrapolatedBy()).isNull();
        assertThat(plan(6e20, null).warnings()).containsExactly("a warning of the fit");
        BudgetPlan above = plan(6e22, null);
        assertThat(above.extrapolatedBy()).isCloseTo(100, ROUNDING);
        assertThat(above.warnings().get(0))
                .isEqualTo("The law extrapolates: training takes 6.00e22 FLOPs, 100 times the most of the fitted runs"
                        + " (6.00e20). The intervals hold the noise of those runs, not the risk that the law ends.");
        BudgetPlan below = plan(6e17, null);
        assertThat(below.extrapolatedBy()).isCloseTo(10, ROUNDING);
        assertThat(below.warnings().get(0))
                .contains("6.00e17 FLOPs, 0.100 times the least of the fitted runs (6.00e18)");
    }

    @Test
    void warnsOfALawWithoutBootstrap() {
        FittedLaw bare = new FittedLaw(LAW, List.of(), 35, 6e18, 6e20, List.of());
        BudgetPlan plan = BudgetPlan.of(bare, 6e20, null, List.of(), null, null);
        assertThat(plan.params().low()).isNull();
        assertThat(plan.warnings())
                .containsExactly("The law holds no bootstrap, so that there are no intervals; fit with --bootstrap.");
    }

    /** N 1e9 on D 1e11: 1 + 100/10^4.5 + 100/10^5.5 = 1.00347851; the frontier has it at 200/x = 0.00347851, x^4 = C/6. */
    @Test
    void saysWhichLimitBindsAndWhatItCosts() {
        BudgetPlan plan = plan(6e20, null, new Limit.Params(1e9), new Limit.UniqueTokens(1e12));
        double reducible = 100 / Math.pow(10, 4.5) + 100 / Math.pow(10, 5.5);
        assertThat(plan.loss().value()).isCloseTo(1 + reducible, ROUNDING);
        assertThat(plan.excessLoss()).isCloseTo(reducible - 0.002, withinPercentage(1e-7)); // of a small difference
        assertThat(plan.equivalentFlops())
                .isCloseTo(6 * Math.pow(200 / reducible, 4), withinPercentage(1e-6)); // of a flat minimum
        assertThat(plan.unlimited().params()).isCloseTo(1e10, ROUNDING);
        assertThat(plan.unspentFlops()).isZero();
        assertThat(plan.epochs()).isCloseTo(0.1, ROUNDING);
        Bound params = plan.limits().get(0);
        assertThat(params.option()).isEqualTo("--max-params");
        assertThat(params.value()).isEqualTo(1e9);
        assertThat(params.params()).isEqualTo(1e9);
        assertThat(params.binds()).isTrue();
        assertThat(params.excessLoss()).isCloseTo(plan.excessLoss(), within(1e-9));
        assertThat(plan.limits().get(1)).isEqualTo(new Bound("--unique-tokens", 1e12, null, false, 0));
        assertThat(plan.warnings()).noneMatch(warning -> warning.contains("--unique-tokens"));
        assertThat(plan.breakEvenInferenceTokens()).isPositive();
    }

    @Test
    void saysWhatTheLimitsLeaveUnspent() {
        BudgetPlan plan = plan(6e20, null, new Limit.Params(1e9), new Limit.UniqueTokens(1e10));
        assertThat(plan.trainingFlops()).isCloseTo(6e19, ROUNDING);
        assertThat(plan.unspentFlops()).isCloseTo(5.4e20, ROUNDING);
        assertThat(plan.limits()).allMatch(Bound::binds);
        assertThat(plan.epochs()).isEqualTo(1);
        assertThat(plan.warnings())
                .contains(
                        "D ends at --unique-tokens: the law knows no repeats. With --repeat muennighoff repeats count at the"
                                + " worth that Muennighoff et al. 2023 found on other runs.");
    }

    @Test
    void limitsThatDoNotBindCostNothing() {
        BudgetPlan plan = plan(6e20, null, new Limit.Params(1e12));
        assertThat(plan.limits()).containsExactly(new Bound("--max-params", 1e12, 1e12, false, 0));
        assertThat(plan.excessLoss()).isCloseTo(0, within(1e-12));
        assertThat(plan.breakEvenInferenceTokens()).isNull();
    }

    @Test
    void countsRepeatsAtTheirPublishedWorth() {
        BudgetPlan plan = plan(6e20, null, new Limit.RepeatedTokens(2e9));
        assertThat(plan.epochs()).isGreaterThan(1);
        assertThat(plan.limits().get(0).binds()).isTrue();
        assertThat(plan.limits().get(0).option()).isEqualTo("--unique-tokens");
        assertThat(plan.smaller()).isEmpty();
        assertThat(plan.loss().value())
                .isCloseTo(
                        new RepeatedData(LAW, 2e9)
                                .loss(plan.params().value(), plan.tokens().value()),
                        ROUNDING);
        assertThat(plan.warnings())
                .contains(
                        "The worth of repeats is that of Muennighoff et al. 2023 (R_D* 15.4, R_N* 5.3), which their own"
                                + " runs hardly pin, not of the runs behind the law.");
        assertThat(plan(6e20, null, new Limit.RepeatedTokens(1e12)).warnings()).hasSize(1);
    }

    @Test
    void paysForTrainingAndServing() {
        BudgetPlan plan = plan(6e20, 1e10);
        double params = plan.params().value();
        assertThat(params).isLessThan(1e10);
        assertThat(plan.inferenceTokens()).isEqualTo(1e10);
        assertThat(plan.inferenceFlops()).isCloseTo(2e10 * params, ROUNDING);
        assertThat(plan.trainingFlops() + plan.inferenceFlops()).isCloseTo(6e20, ROUNDING);
        assertThat(plan.unspentFlops()).isZero();
        assertThat(plan.breakEvenInferenceTokens()).isBetween(0.0, 1e10);
    }

    /** Half of N 1e10 at the loss 1.002: 100/sqrt(D) = 0.002 - 100/sqrt(5e9). */
    @Test
    void listsSmallerModelsOfTheSameLossAndTheTrafficFromWhichTheyPay() {
        BudgetPlan plan = plan(6e20, null);
        double tokens = Math.pow(100 / (0.002 - 100 / Math.sqrt(5e9)), 2);
        OverTrained half = plan.smaller().get(1);
        assertThat(half.params()).isCloseTo(5e9, ROUNDING);
        assertThat(half.tokens()).isCloseTo(tokens, withinPercentage(1e-7)); // of a small difference of losses
        assertThat(half.trainingFlops()).isCloseTo(6 * 5e9 * tokens, withinPercentage(1e-7));
        assertThat(half.breakEvenInferenceTokens())
                .isCloseTo((6 * 5e9 * tokens - 6e20) / (2 * 5e9), withinPercentage(1e-7));
        // A quarter of N alone leaves 100/sqrt(2.5e9) = 0.002: no D reaches the loss.
        assertThat(plan.smaller()).hasSize(2);
        assertThat(plan(6e20, null, new Limit.UniqueTokens(1.5e10)).smaller()).hasSize(1);
    }

    @Test
    void addsWhatItTakesOnADevice() {
        Rates rates = Rates.of(DEVICE, new Rates.Given(null, 0.5, null, null, 1.2, 400.0, null));
        BudgetPlan plan = BudgetPlan.of(FITTED, 1.8e20, 1e10, List.of(), rates, 10);
        BudgetPlan.Spending spending = plan.spending();
        assertThat(spending.gpu()).isEqualTo("X1");
        assertThat(spending.peakFlopsPerSecond()).isEqualTo(1e14);
        assertThat(spending.total().gpuHours()).isCloseTo(1000, ROUNDING);
        assertThat(spending.total().usd()).isCloseTo(2000, ROUNDING);
        assertThat(spending.total().kwh()).isCloseTo(600, ROUNDING);
        assertThat(spending.total().co2Kg()).isCloseTo(240, ROUNDING);
        assertThat(spending.training().gpuHours()).isCloseTo(plan.trainingFlops() / 1.8e17, ROUNDING);
        assertThat(spending.gpus()).isEqualTo(10);
        assertThat(spending.trainingDays()).isCloseTo(plan.trainingFlops() / 1.8e17 / 240, ROUNDING);
        assertThat(BudgetPlan.of(FITTED, 1.8e20, null, List.of(), rates, null)
                        .spending()
                        .trainingDays())
                .isNull();
    }

    @Test
    void refusesWhatCannotBe() {
        assertRefused(
                -1.0,
                1,
                6e20,
                "Cannot plan with --inference-tokens -1.0; want a finite number not below 0, such as 2e12.");
        assertRefused(
                Double.POSITIVE_INFINITY,
                1,
                6e20,
                "Cannot plan with --inference-tokens Infinity; want a finite number not below 0, such as 2e12.");
        assertRefused(null, 0, 6e20, "Cannot plan with --gpus 0; want 1 or more.");
        assertRefused(
                1e12,
                1,
                1e12,
                "Cannot plan for 1.0E12 FLOPs: they do not pay for serving 1.0E12 tokens with one parameter; raise the budget"
                        + " or lower --inference-tokens.");
        assertThatThrownBy(() -> plan(6e20, null, new Limit.Params(0.5)))
                .hasMessage("Cannot plan with --max-params 0.5: it allows less than one parameter; raise it.");
        assertThat(plan(6e20, 0.0).trainingFlops()).isCloseTo(6e20, ROUNDING);
        assertThat(plan(6e20, null, new Limit.Params(1)).params().value()).isEqualTo(1);
    }

    private static void assertRefused(Double served, int gpus, double flops, String message) {
        assertThatThrownBy(() -> BudgetPlan.of(FITTED, flops, served, List.of(), null, gpus))
                .isInstanceOfSatisfying(
                        IsolossException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_INPUT))
                .hasMessage(message);
    }

    @Test
    void writesJson() {
        Rates rates = Rates.of(DEVICE, Rates.Given.NOTHING);
        JsonNode json = new ObjectMapper().valueToTree(BudgetPlan.of(FITTED, 6e20, null, List.of(), rates, null));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "law",
                        "flops",
                        "params",
                        "tokens",
                        "loss",
                        "tokensPerParam",
                        "trainingFlops",
                        "inferenceTokens",
                        "inferenceFlops",
                        "unspentFlops",
                        "epochs",
                        "extrapolatedBy",
                        "limits",
                        "unlimited",
                        "excessLoss",
                        "equivalentFlops",
                        "breakEvenInferenceTokens",
                        "smaller",
                        "spending",
                        "warnings");
        assertThat(json.at("/spending/dtype").asText()).isEqualTo("bf16");
        assertThat(new ObjectMapper()
                        .valueToTree(new Budget(Budget.Unit.CO2_KG, 5))
                        .get("unit")
                        .asText())
                .isEqualTo("co2-kg");
    }

    @Test
    void plansRepeatsWithTheLawsOwnWorthOfThem() {
        DataConstrained law = new DataConstrained(1, 100, 100, 0.5, 0.5, 15.387756, 5.309743);
        FittedLaw own = new FittedLaw(law, List.of(law), 35, 6e18, 6e20, List.of());
        List<Limit> limits = List.of(new Limit.RepeatedTokens(2e9));
        BudgetPlan plan = BudgetPlan.of(own, 6e20, null, limits, null, null);
        BudgetPlan published = plan(6e20, null, new Limit.RepeatedTokens(2e9));
        assertThat(plan.tokens().value())
                .isCloseTo(published.tokens().value(), withinPercentage(1e-3)); // a flat minimum
        assertThat(plan.loss().value()).isCloseTo(published.loss().value(), ROUNDING);
        assertThat(plan.unlimited().params()).isCloseTo(1e10, ROUNDING);
        assertThat(plan.warnings()).isEmpty();
    }
}
