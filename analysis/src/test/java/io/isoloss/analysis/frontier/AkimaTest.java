package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AkimaTest {
    private static final double[] X = {0, 1, 2.5, 3, 4.5, 6};
    private static final double[] Y = {3, 1, 0.5, 0.75, 2, 2.5};

    /** Values of scipy 1.x, {@code Akima1DInterpolator}. */
    @ParameterizedTest
    @CsvSource({
        "0,3.0",
        "0.1,2.7225",
        "0.7,1.3841666666666668",
        "1,1.0",
        "1.3,0.76",
        "2.2,0.44",
        "2.5,0.5",
        "2.8,0.6283333333333332",
        "3.7,1.3432888888888892",
        "4.5,2.0",
        "5.1,2.3007999999999997",
        "6,2.5"
    })
    void agreesWithAnotherImplementation(double at, double value) {
        // both in doubles
        assertThat(new Akima(X, Y).value(at)).isCloseTo(value, within(1e-12));
    }

    @Test
    void keepsStraightLinesStraight() {
        Akima line = new Akima(new double[] {0, 1, 3, 4, 7}, new double[] {1, 3, 7, 9, 15});
        for (double at = 0; at <= 7; at += .25) {
            assertThat(line.value(at)).isCloseTo(1 + 2 * at, within(1e-12));
        }
        assertThat(new Akima(new double[] {1, 2}, new double[] {3, 5}).value(1.5))
                .isCloseTo(4, within(1e-12));
    }

    @Test
    void findsTheLowestOfAGridAndTheFirstOfEquals() {
        double[] grid = new double[121];
        for (int i = 0; i < grid.length; i++) {
            grid[i] = i * .05;
        }
        Akima spline = new Akima(X, Y);
        int lowest = spline.lowest(grid);
        for (double at : grid) {
            assertThat(spline.value(grid[lowest])).isLessThanOrEqualTo(spline.value(at));
        }
        assertThat(grid[lowest]).isBetween(1.5, 2.5);
        Akima flat = new Akima(new double[] {0, 1, 2, 3, 4, 5, 6}, new double[7]);
        assertThat(flat.lowest(grid)).isZero();
    }
}
