package io.isoloss.analysis.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Estimate;
import io.isoloss.analysis.fit.Observation;
import io.isoloss.analysis.outlook.PlannedDesign.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlannedDesignTest {
    @Test
    void assumesHalfANatForEachTermAtTheCentre() {
        PlannedDesign design = PlannedDesign.of(List.of(new Cell(1e6, 1e9), new Cell(1e8, 1e7)));
        assertThat(design.assumed().loss(1e7, 1e8)).isCloseTo(3, within(1e-12));
        assertThat(design.assumed().loss(1e300, 1e8)).isCloseTo(2.5, within(1e-12));
        assertThat(design.runs())
                .extracting(Observation::loss)
                .containsExactly(
                        design.assumed().loss(1e6, 1e9), design.assumed().loss(1e8, 1e7));
        assertThat(design.runs()).extracting(Observation::name).containsExactly("run 1", "run 2");
    }

    @Test
    void theExpectedIntervalIsThatOfFitsToNoisyLosses() {
        PlannedDesign design = PlannedDesign.of(grid(3));
        Estimate expected = design.expectedParamsExponent();
        assertThat(expected.value()).isCloseTo(0.366 / 0.714, within(1e-12));
        assertThat(expected.high() - expected.value()).isCloseTo(expected.value() - expected.low(), within(1e-12));
        int fits = 200;
        double squares = 0;
        for (int fit = 0; fit < fits; fit++) {
            Random random = new Random(fit);
            List<Observation> noisy = design.runs().stream()
                    .map(run -> Observation.of(
                            run.name(),
                            run.params(),
                            run.tokens(),
                            run.loss() * Math.exp(PlannedDesign.NOISE * random.nextGaussian())))
                    .toList();
            // Huber's delta far above the noise: least squares.
            double exponent = Fits.leastSquares(noisy).paramsExponent();
            squares += Math.pow(exponent - expected.value(), 2);
        }
        double spread = 1.959964 * Math.sqrt(squares / fits);
        // A standard deviation from 200 draws is known to 5 %; three of that, and as much for the first order.
        assertThat(spread / (expected.high() - expected.value())).isCloseTo(1, within(0.3));
    }

    @Test
    void moreSeedsNarrowTheInterval() {
        List<Cell> twice = new ArrayList<>(grid(2));
        twice.addAll(grid(2));
        assertThat(width(twice) / width(grid(2))).isCloseTo(Math.sqrt(0.5), within(1e-9));
    }

    private static double width(List<Cell> cells) {
        Estimate expected = PlannedDesign.of(cells).expectedParamsExponent();
        return expected.high() - expected.low();
    }

    @Test
    void isOpenWhereTheTermsCannotBeToldApart() {
        List<Cell> oneSize = List.of(
                new Cell(1e6, 1e7), new Cell(1e6, 2e7), new Cell(1e6, 4e7), new Cell(1e6, 8e7), new Cell(1e6, 1e8));
        assertThat(PlannedDesign.of(oneSize).expectedParamsExponent()).isEqualTo(Estimate.OPEN);
    }

    /** Six sizes by six token counts, {@code octaves} apart. */
    private static List<Cell> grid(int octaves) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                cells.add(new Cell(1e6 * Math.pow(2, octaves * i), 1e8 * Math.pow(2, octaves * j)));
            }
        }
        return cells;
    }
}
