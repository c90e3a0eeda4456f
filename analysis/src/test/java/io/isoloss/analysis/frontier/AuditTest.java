package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoloss.analysis.fit.FitOptions;
import io.isoloss.analysis.fit.FittedLaw;
import io.isoloss.analysis.fit.LawFit;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {
    private static final FittedLaw FITTED = LawFit.fit(
                    Chinchilla.FORM, Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 1), new FitOptions(1e-3, 200, 1))
            .fitted();

    @ParameterizedTest
    @CsvSource({"1, compute-optimal", "0.1, over-trained", "10, under-trained"})
    void judgesAModelByItsDistanceFromTheOptimum(double factor, String verdict) {
        Audit audit = Audit.of(FITTED, modelAt(1e20, factor, null));
        assertThat(audit.verdict()).isEqualTo(verdict);
        assertThat(audit.excessCompute()).isGreaterThan(-1e-9);
    }

    @Test
    void probabilityPastOptimalGrowsAsTheModelShrinks() {
        double previous = 0;
        for (double factor = 1; factor > 0.05; factor /= 1.05) {
            Audit audit = Audit.of(FITTED, modelAt(1e20, factor, null));
            assertThat(audit.probabilityPastOptimal()).isGreaterThanOrEqualTo(previous);
            previous = audit.probabilityPastOptimal();
        }
        assertThat(previous).isEqualTo(1);
    }

    @Test
    void undecidedWhereTheReplicatesDisagreeAndTheWasteIsLarge() {
        Chinchilla law = Surfaces.CHINCHILLA;
        Chinchilla larger = new Chinchilla(law.E(), law.A() * 10, law.B(), law.alpha(), law.beta());
        Chinchilla smaller = new Chinchilla(law.E(), law.A() / 10, law.B(), law.alpha(), law.beta());
        FittedLaw torn = new FittedLaw(law, List.of(larger, smaller), 35, 1e18, 1e22, List.of());
        double params = law.optimalParams(1e20) * 0.3;
        Audit audit = Audit.of(torn, new Model("m", params, 1e20 / (6 * params), null, null));
        assertThat(audit.probabilityPastOptimal()).isEqualTo(0.5);
        assertThat(audit.excessCompute()).isGreaterThan(Audit.SMALL_EXCESS);
        assertThat(audit.verdict()).isEqualTo(Audit.UNDECIDED);
    }

    @Test
    void callsASurelySmallWasteOptimal() {
        Chinchilla law = Surfaces.CHINCHILLA;
        FittedLaw sure = new FittedLaw(law, List.of(law), 35, 1e18, 1e22, List.of());
        double params = law.optimalParams(1e20) * 0.9;
        Audit audit = Audit.of(sure, new Model("m", params, 1e20 / (6 * params), null, null));
        assertThat(audit.probabilityPastOptimal()).isEqualTo(1);
        assertThat(audit.verdict()).isEqualTo(Audit.COMPUTE_OPTIMAL);
    }

    @Test
    void countsExcessComputeAgainstTheFrontier() {
        double frontierLoss = FITTED.surface().optimalLoss(5e19);
        Audit audit = Audit.of(FITTED, modelAt(1e20, 1, frontierLoss));
        assertThat(audit.equivalentFlops() / 5e19).isCloseTo(1, within(1e-9)); // rounding of pow
        assertThat(audit.excessCompute()).isCloseTo(1, within(1e-9));
        assertThat(audit.excessLoss()).isCloseTo(frontierLoss - FITTED.surface().optimalLoss(1e20), within(1e-12));
    }

    @Test
    void givesNoEquivalentComputeBelowTheIrreducibleLoss() {
        Audit audit = Audit.of(FITTED, modelAt(1e20, 1, 0.5));
        assertThat(audit.equivalentFlops()).isNull();
        assertThat(audit.excessCompute()).isEqualTo(-1);
    }

    @Test
    void undecidedWithoutABootstrap() {
        FittedLaw bare = new FittedLaw(FITTED.law(), List.of(), 35, 1e18, 1e22, List.of());
        Audit audit = Audit.of(bare, modelAt(1e20, 0.1, null));
        assertThat(audit.probabilityPastOptimal()).isNull();
        assertThat(audit.verdict()).isEqualTo(Audit.UNDECIDED);
    }

    @Test
    void writesTheJsonOfTheContract() {
        JsonNode json = new ObjectMapper().valueToTree(Audit.of(FITTED, modelAt(1e20, 1, null)));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "name",
                        "params",
                        "tokens",
                        "flops",
                        "loss",
                        "optimalParams",
                        "optimalTokens",
                        "optimalLoss",
                        "excessLoss",
                        "equivalentFlops",
                        "excessCompute",
                        "tokensPerParam",
                        "optimalTokensPerParam",
                        "probabilityPastOptimal",
                        "verdict",
                        "breakEvenInferenceTokens",
                        "lifetimeFlops",
                        "lifetimeOptimalParams");
    }

    private static Model modelAt(double flops, double factorOfOptimalParams, Double loss) {
        double params = FITTED.surface().optimalParams(flops) * factorOfOptimalParams;
        return new Model("m", params, flops / (6 * params), null, loss);
    }
}
