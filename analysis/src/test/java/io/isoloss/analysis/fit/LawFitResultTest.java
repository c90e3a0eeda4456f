package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.law.Chinchilla;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What a fit makes of its minimum and its re-fits; these are told, not computed. */
class LawFitResultTest {
    private static final List<Sample> SAMPLES =
            Sample.of(Chinchilla.FORM, Surfaces.isoFlops(Surfaces.CHINCHILLA, 2e-3, 4));
    private static final FitOptions FORTY = new FitOptions(1e-3, 40, 5).with(Rho.squares(), Residuals.LOG);

    /** Laws that differ in alpha; the first {@code failed} are missing. */
    private static List<ScalingLaw> laws(int failed) {
        List<ScalingLaw> laws = new ArrayList<>(Collections.nCopies(failed, null));
        for (int i = failed; i < 40; i++) {
            laws.add(new Chinchilla(1.8, 480, 2100, 0.3 + 0.002 * i, 0.37));
        }
        return laws;
    }

    private static FitResult fit(int failed) {
        return LawFit.fitSamples(Chinchilla.FORM, SAMPLES, FORTY, (form, samples, options, seeds) -> {
            assertThat(seeds).hasSize(40).doesNotHaveDuplicates();
            return laws(failed);
        });
    }

    @Test
    void intervalsAreQuantilesOfTheReFits() {
        FitResult fit = fit(0);
        Chinchilla best = (Chinchilla) fit.atOptimum();
        assertThat(fit.identified()).isTrue();
        assertThat(fit.points()).isEqualTo(35);
        assertThat(fit.parameters().get("alpha")).isEqualTo(expected(best.alpha(), law -> law.alpha()));
        assertThat(fit.parameters().get("E")).isEqualTo(expected(best.E(), law -> 1.8));
        Estimate exponent = expected(best.paramsExponent(), Chinchilla::paramsExponent);
        near(fit.optimum().paramsExponent(), exponent);
        near(fit.optimum().tokensExponent(), expected(best.tokensExponent(), Chinchilla::tokensExponent));
        assertThat(fit.bootstrap()).isEqualTo(new Bootstrap(40, 0, 5));
        assertThat(fit.profiles()).isEmpty();
        assertThat(fit.fitted().replicates()).isEqualTo(laws(0));
        assertThat(fit.fitted().law()).isEqualTo(best);
        assertThat(fit.fitted().lowestFlops()).isEqualTo(1e18);
        assertThat(fit.fitted().highestFlops()).isEqualTo(1e22);
        assertThat(fit.fitted().logNoise()).isBetween(1.2e-3, 2.8e-3); // 2e-3, four standard errors of 30 degrees
        assertThat(fit.lackOfFit().test()).isEqualTo("curvature");
        assertThat(fit.objective().name()).isEqualTo("mse");
        assertThat(fit.objective().reduction()).isEqualTo("mean");
        assertThat(fit.objective().residuals()).isEqualTo("log");
        double error = LawSelection.error(best, SAMPLES);
        assertThat(fit.objective().value()).isCloseTo(error * error, within(1e-12)); // logs of products of e^30
    }

    private static Estimate expected(double value, ToDoubleFunction<Chinchilla> quantity) {
        return Estimate.of(
                value,
                laws(0).stream()
                        .mapToDouble(law -> quantity.applyAsDouble((Chinchilla) law))
                        .toArray());
    }

    /** Exponents are slopes between two budgets: rounding of logs near 20 over a span of 9. */
    private static void near(Estimate actual, Estimate expected) {
        assertThat(actual.value()).isCloseTo(expected.value(), within(1e-12));
        assertThat(actual.low()).isCloseTo(expected.low(), within(1e-12));
        assertThat(actual.high()).isCloseTo(expected.high(), within(1e-12));
    }

    @Test
    void aFewFailedReFitsAreLeftOut() {
        FitResult fit = fit(2); // a twentieth: what both tails hold
        assertThat(fit.bootstrap().failed()).isEqualTo(2);
        assertThat(fit.warnings()).containsExactly("2 of 40 bootstrap re-fits failed and are left out.");
        assertThat(fit.fitted().replicates()).hasSize(38);
        assertThat(fit.identified()).isTrue();
    }

    @Test
    void manyFailedReFitsLeaveTheIntervalsToProfileLikelihood() {
        FitResult fit = fit(3);
        assertThat(fit.identified()).isFalse();
        assertThat(fit.warnings())
                .containsExactly(
                        "3 of 40 bootstrap re-fits found no certified optimum: intervals are by profile likelihood, and"
                                + " no frontier can be drawn; add runs.");
        assertThat(fit.intervals()).isEqualTo(FitResult.PROFILE_LIKELIHOOD);
        assertThat(fit.parameters().get("alpha").low())
                .isLessThan(fit.parameters().get("alpha").value());
        assertThatThrownBy(fit::fitted).hasMessageContaining("3 of 40");
    }

    @Test
    void parametersHeldFixedAreTheirOwnInterval() {
        FitResult fit = LawFit.fitSamples(
                FormCase.DATA_CONSTRAINED.form(), FormCase.DATA_CONSTRAINED.samples(), new FitOptions(1e-3, 0, 0));
        Estimate floor = fit.parameters().get("E");
        assertThat(floor.low()).isEqualTo(floor.value());
        assertThat(floor.high()).isEqualTo(floor.value());
        assertThat(floor.identified()).isTrue();
    }

    @Test
    void aLawOfOneVariableHasNoOptimum() {
        FitResult fit = LawFit.fitSamples(
                PowerLaw.form(Variable.PARAMS),
                FormCase.POWER_LAW.samples(),
                new FitOptions(1e-3, 0, 0).with(Rho.squares(), Residuals.LOG));
        assertThat(fit.optimum().paramsExponent()).isEqualTo(Estimate.OPEN);
        assertThat(fit.bootstrap()).isNull();
        assertThat(fit.parameters().get("alpha").low())
                .isLessThan(fit.parameters().get("alpha").value());
        assertThat(fit.parameters().get("alpha").high())
                .isGreaterThan(fit.parameters().get("alpha").value());
        assertThat(fit.fitted().lowestFlops()).isZero(); // no point states its compute
        assertThat(fit.fitted().predict(1e8).newRun()).isNull();
        assertThatThrownBy(() -> LawFit.fitSamples(
                        PowerLaw.form(Variable.PARAMS),
                        FormCase.POWER_LAW.samples().subList(0, 2),
                        FORTY))
                .hasMessageContaining("2 parameters need 3 or more");
    }

    @Test
    void aReFitDrawsFamiliesAsOne() {
        List<Sample> pairs = new ArrayList<>();
        for (int i = 0; i < SAMPLES.size(); i++) {
            Sample s = SAMPLES.get(i);
            pairs.add(new Sample(s.name(), s.x(), s.y(), null, "f" + i, s.flops()));
        }
        List<Sample> doubled = new ArrayList<>(pairs);
        doubled.addAll(pairs);
        FitOptions families =
                new FitOptions(Rho.squares(), Residuals.LOG, FitOptions.Method.VARIABLE_PROJECTION, false, true, 3, 1);
        long[] seeds = {1, 2, 3};
        List<ScalingLaw> single = LawFit.refits(Chinchilla.FORM, pairs, families, seeds);
        List<ScalingLaw> both = LawFit.refits(Chinchilla.FORM, doubled, families, seeds);
        for (int i = 0; i < 3; i++) {
            // the same families drawn, each point twice: the same minimum, polished to 1e-11, conditioned by 1e4
            assertThat(((Chinchilla) both.get(i)).alpha())
                    .isCloseTo(((Chinchilla) single.get(i)).alpha(), within(1e-6));
        }
        assertThat(single.get(0)).isNotEqualTo(single.get(1));
    }
}
