package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.fit.LawSelection.Contender;
import io.isoloss.analysis.fit.LawSelection.Criterion;
import io.isoloss.analysis.law.LawForm;
import io.isoloss.analysis.law.PowerLaw;
import io.isoloss.analysis.law.PowerLawFloor;
import io.isoloss.analysis.law.ScalingLaw;
import io.isoloss.analysis.law.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LawSelectionTest {
    private static final LawForm POWER = PowerLaw.form(Variable.PARAMS);
    private static final LawForm FLOOR = PowerLawFloor.form(Variable.PARAMS);
    private static final FitOptions SQUARES = new FitOptions(1e-3, 50, 0).with(Rho.squares(), Residuals.LOG);

    private static List<Sample> samples(ScalingLaw law, double noise, int count) {
        Random random = new Random(5);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double n = 1e6 * Math.pow(2, (i * 7) % count); // in no order
            double y = law.predict(n) * Math.exp(noise * random.nextGaussian());
            samples.add(new Sample("p" + i, new double[] {n}, y, null, null, null));
        }
        return samples;
    }

    private static LawSelection select(List<LawForm> forms, List<Sample> samples, Criterion criterion) {
        return LawSelection.of(forms, samples, s -> s.x()[0], criterion, SQUARES);
    }

    @Test
    void aLawWithAFloorIsChosenWhereThereIsOne() {
        for (Criterion criterion : Criterion.values()) {
            LawSelection selection = select(List.of(POWER, FLOOR), samples(law(1.5), 1e-3, 15), criterion);
            assertThat(selection.chosen()).isSameAs(FLOOR);
            assertThat(selection.contenders()).extracting(Contender::chosen).containsExactly(false, true);
            assertThat(selection.criterion()).isEqualTo(criterion == Criterion.AICC ? "aicc" : "held-out");
        }
    }

    private static ScalingLaw law(double floor) {
        return FLOOR.law(new double[] {floor, 300}, new double[] {0.4});
    }

    @Test
    void ofLawsThatForetellAlikeTheOneWithFewestParametersIsChosen() {
        ScalingLaw law = new PowerLaw(Variable.PARAMS, 30, 0.1);
        for (List<LawForm> order : List.of(List.of(FLOOR, POWER), List.of(POWER, FLOOR))) {
            assertThat(select(order, samples(law, 0, 15), Criterion.HELD_OUT).chosen())
                    .isSameAs(POWER);
        }
    }

    @Test
    void theLargestFifthIsHeldOut() {
        List<Sample> samples = samples(new PowerLaw(Variable.PARAMS, 30, 0.1), 0.01, 15);
        LawSelection selection = select(List.of(POWER), samples, Criterion.HELD_OUT);
        assertThat(selection.fitted()).isEqualTo(12);
        assertThat(selection.heldOut()).isEqualTo(3);
        assertThat(selection.from()).isEqualTo(1e6 * 4096);
        List<Sample> smaller = samples.stream().filter(s -> s.x()[0] < 4e9).toList();
        List<Sample> larger = samples.stream().filter(s -> s.x()[0] > 4e9).toList();
        double[] weights = new double[12];
        Arrays.fill(weights, 1);
        double[] line = NewtonPolishTest.regression(smaller, weights);
        ScalingLaw fitted = new PowerLaw(Variable.PARAMS, Math.exp(line[0]), -line[1]);
        assertThat(selection.contenders().get(0).heldOutError())
                .isCloseTo(error(fitted, larger), within(1e-9)); // a polished minimum
    }

    private static double error(ScalingLaw law, List<Sample> samples) {
        return Math.sqrt(samples.stream()
                .mapToDouble(s -> Math.pow(Math.log(law.predict(s.x()) / s.y()), 2))
                .average()
                .orElseThrow());
    }

    /** Two parameters and a variance: k = 3. */
    @Test
    void aiccIsHurvichAndTsais() {
        List<Sample> samples = samples(new PowerLaw(Variable.PARAMS, 30, 0.1), 0.01, 9);
        Contender contender =
                select(List.of(POWER), samples, Criterion.AICC).contenders().get(0);
        double[] weights = new double[9];
        Arrays.fill(weights, 1);
        double[] line = NewtonPolishTest.regression(samples, weights);
        double error = error(new PowerLaw(Variable.PARAMS, Math.exp(line[0]), -line[1]), samples);
        assertThat(contender.law()).isEqualTo("power-law");
        assertThat(contender.parameters()).isEqualTo(2);
        assertThat(contender.fittedError()).isCloseTo(error, within(1e-9)); // a polished minimum
        assertThat(contender.aicc()).isCloseTo(18 * Math.log(error) + 6 + 24 / 5.0, within(1e-6));
        assertThat(contender.failure()).isNull();
    }

    @Test
    void aContenderThatCannotBeFittedSaysWhy() {
        List<Sample> samples = samples(new PowerLaw(Variable.PARAMS, 30, 0.1), 0.01, 4);
        LawSelection selection = select(List.of(FLOOR, POWER), samples, Criterion.HELD_OUT);
        assertThat(selection.chosen()).isSameAs(POWER);
        assertThat(selection.contenders().get(0).heldOutError()).isNull();
        assertThat(selection.contenders().get(0).failure()).contains("3 parameters need 4 or more different points");
        // four points leave no room for the correction: 4 - 3 - 1
        assertThat(selection.contenders().get(1).aicc()).isNull();
        for (Criterion criterion : Criterion.values()) {
            assertThatThrownBy(() -> select(List.of(FLOOR), samples, criterion))
                    .isInstanceOf(IsolossException.class)
                    .hasMessageStartingWith("Cannot choose a law for 4 points, 1 of them held out: power-law-floor: ");
        }
    }
}
