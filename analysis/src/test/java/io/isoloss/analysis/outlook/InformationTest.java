package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.fit.Surfaces;
import io.isoloss.analysis.law.Chinchilla;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class InformationTest {
    private static final Chinchilla LAW = Surfaces.CHINCHILLA;
    private static final List<Observation> RUNS = Surfaces.isoFlops(LAW, 0, 1);
    private static final double TARGET = 1e24;

    @Test
    void slopesAreThoseOfTheLaw() {
        Information information = new Information(LAW, RUNS);
        double[] optimum = information.optimumSlopes(TARGET);
        double[] exponent = information.exponentSlopes();
        for (int j = 0; j < Information.SIZE; j++) {
            assertThat(optimum[j]).isCloseTo(slope(j, law -> Math.log(law.optimalParams(TARGET))), within(1e-6));
            assertThat(exponent[j]).isCloseTo(slope(j, Chinchilla::paramsExponent), within(1e-6));
        }
    }

    /** Central difference in parameter j with the others, the centred scales among them, held: error of order 1e-10. */
    private static double slope(int j, ToDoubleFunction<Chinchilla> quantity) {
        double step = 1e-5;
        return (quantity.applyAsDouble(moved(j, step)) - quantity.applyAsDouble(moved(j, -step))) / (2 * step);
    }

    private static Chinchilla moved(int j, double step) {
        double logParams = RUNS.stream()
                .mapToDouble(run -> Math.log(run.params()))
                .average()
                .orElseThrow();
        double logTokens = RUNS.stream()
                .mapToDouble(run -> Math.log(run.tokens()))
                .average()
                .orElseThrow();
        double alpha = j == 3 ? step : 0;
        double beta = j == 4 ? step : 0;
        return new Chinchilla(
                LAW.E() * Math.exp(j == 0 ? step : 0),
                LAW.A() * Math.exp((j == 1 ? step : 0) + alpha * logParams),
                LAW.B() * Math.exp((j == 2 ? step : 0) + beta * logTokens),
                LAW.alpha() + alpha,
                LAW.beta() + beta);
    }

    @Test
    void varianceIsTheSpreadOfLeastSquaresFits() {
        // One Gauss-Newton step from the truth is the least-squares fit to first order: its spread over noise of
        // variance 1.
        Information information = new Information(LAW, RUNS);
        double[] slopes = information.optimumSlopes(TARGET);
        double variance = 0;
        for (Observation run : RUNS) {
            Information with = information.with(run.params(), run.tokens());
            double reduction = information.reduction(slopes, run.params(), run.tokens());
            assertThat(information.variance(slopes) - with.variance(slopes)).isCloseTo(reduction, within(1e-9));
            // Undo the one run's own leverage to get the square of its weight in the estimate.
            variance += weightSquared(information, slopes, run);
        }
        assertThat(variance / information.variance(slopes)).isCloseTo(1, within(1e-9)); // sum of squared weights
    }

    /** (c' V j)^2, from the reduction (c' V j)^2 / (1 + j' V j) and, with the run doubled, (c' V j)^2 / (1 + j' V j)^2 ... */
    private static double weightSquared(Information information, double[] slopes, Observation run) {
        double first = information.reduction(slopes, run.params(), run.tokens());
        double second = information.with(run.params(), run.tokens()).reduction(slopes, run.params(), run.tokens());
        // With q = c'Vj and h = j'Vj: first = q^2 / (1 + h), second = q^2 / ((1 + h) (1 + 2 h)).
        double h = (first / second - 1) / 2;
        return first * (1 + h);
    }

    @Test
    void addingARunIsTheSameAsHavingHadIt() {
        List<Observation> more = new ArrayList<>(RUNS);
        more.add(Observation.of("more", 3e9, 2e10, LAW.loss(3e9, 2e10)));
        Information added = new Information(LAW, RUNS).with(3e9, 2e10);
        Information had = new Information(LAW, more);
        // The centres differ, and no variance may know of it.
        double ratio = added.variance(added.optimumSlopes(TARGET)) / had.variance(had.optimumSlopes(TARGET));
        assertThat(ratio).isCloseTo(1, within(1e-8)); // the condition number, 1e6, times rounding
    }

    @Test
    void aFloorAtItsBoundIsNoLongerFree() {
        Chinchilla bottomless = new Chinchilla(0, LAW.A(), LAW.B(), LAW.alpha(), LAW.beta());
        Information information = new Information(bottomless, RUNS);
        assertThat(information.identified()).isTrue();
        double free = new Information(LAW, RUNS).variance(new Information(LAW, RUNS).exponentSlopes());
        assertThat(information.variance(information.exponentSlopes())).isLessThan(free);
    }

    @Test
    void fourRunsDoNotIdentifyFiveParameters() {
        assertThat(new Information(LAW, RUNS).identified()).isTrue();
        assertThat(new Information(LAW, RUNS.subList(0, 4)).identified()).isFalse();
    }
}
