package io.isoloss.analysis.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.fit.Estimate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Polynomials and lines by hand. */
class LinesTest {
    /** Two minima of standard errors .3 and .4 at C = 1 and e^2, N = e and e^5: N = e C^2. */
    private static final MinimaLine LINE = new MinimaLine(
            new double[] {0, 2},
            List.of(new ProfileMinimum(1, 3, .3, List.of(), null), new ProfileMinimum(5, 2, .4, List.of(), null)),
            2.0);

    @Test
    void standardErrorsCarryOverToTheLine() {
        Estimate exponent = LINE.exponent();
        assertThat(exponent.value()).isCloseTo(2, within(1e-12));
        // (5 - 1) / 2, each with half its error: .25 in all, twice to either side
        assertThat(exponent.low()).isCloseTo(1.5, within(1e-12));
        assertThat(exponent.high()).isCloseTo(2.5, within(1e-12));
        Estimate first = LINE.at(1);
        assertThat(first.value()).isCloseTo(Math.E, within(1e-12));
        assertThat(first.low()).isCloseTo(Math.exp(1 - .6), within(1e-12));
        assertThat(first.high()).isCloseTo(Math.exp(1 + .6), within(1e-12));
        // half of either: hypot(.15, .2)
        assertThat(LINE.at(Math.E).high()).isCloseTo(Math.exp(3 + .5), within(1e-10));
        assertThat(LINE.weights()).containsExactly(1, 1);
        assertThat(LINE.line().exponent()).isCloseTo(2, within(1e-12));
    }

    @Test
    void lineWithoutErrorsHasNoInterval() {
        MinimaLine line = new MinimaLine(
                new double[] {0, 2},
                List.of(
                        new ProfileMinimum(1, 3, null, List.of(), null),
                        new ProfileMinimum(5, 2, null, List.of(), null)),
                null);
        assertThat(line.exponent()).isEqualTo(new Estimate(line.exponent().value(), null, null, true));
        assertThat(line.at(1).low()).isNull();
        assertThat(line.at(1).high()).isNull();
    }

    @Test
    void replicatesArePairedAndWeighed() {
        MinimaLine line = new MinimaLine(
                new double[] {0, 1, 2},
                List.of(
                        new ProfileMinimum(0, 3, 1.0, List.of(0.0, 0.0, 9.0), null),
                        new ProfileMinimum(1, 3, 1.0, List.of(1.0, 2.0), null),
                        new ProfileMinimum(5, 2, .5, List.of(2.0, 4.0), null)),
                2.0);
        assertThat(line.weights()).containsExactly(1, 1, 4);
        // weighted mean of x 9/6, of y 21/6: (1*(-1.5)*(0) + (-.5)*1 + 4*.5*5) / (2.25 + .25 + 1)
        assertThat(line.line().exponent()).isCloseTo(9.5 / 3.5, within(1e-12));
        // exponents 1 and 2 of the two pairs; the ends of a 95 % range lie a fortieth inside
        assertThat(line.exponent().low()).isCloseTo(1.025, within(1e-12));
        assertThat(line.exponent().high()).isCloseTo(1.975, within(1e-12));
        assertThat(line.at(Math.E).low()).isCloseTo(Math.E + .025 * (Math.exp(2) - Math.E), within(1e-10));
    }

    @Test
    void polynomialFindsItsVertexAndHowItMoves() {
        double[] x = {0, 1, 2, 3, 5};
        double[] y = new double[5];
        for (int i = 0; i < 5; i++) {
            y[i] = 7 + 2 * (x[i] - 2) * (x[i] - 2);
        }
        Polynomial parabola = new Polynomial(x, 2);
        double[] c = parabola.coefficients(y);
        assertThat(c[2]).isCloseTo(2, within(1e-12));
        assertThat(parabola.vertex(c)).isCloseTo(2, within(1e-12));
        assertThat(parabola.valueAtVertex(c)).isCloseTo(7, within(1e-12));
        assertThat(parabola.residualSquares(y)).isCloseTo(0, within(1e-24));
        double[] sensitivity = parabola.vertexSensitivity(c);
        for (int i = 0; i < 5; i++) {
            double[] moved = y.clone();
            moved[i] += 1e-6;
            // a finite difference of 1e-6 leaves about as much of the second derivative
            assertThat(sensitivity[i])
                    .isCloseTo((parabola.vertex(parabola.coefficients(moved)) - 2) / 1e-6, within(1e-6));
        }
    }

    @Test
    void curvatureIsAsSureAsTheScatterAllows() {
        // the residual of 1, -3, 3, -1 is orthogonal to all parabolas on four even points
        double[] x = {0, 1, 2, 3};
        double[] y = {1, -3, 3, -1};
        Polynomial parabola = new Polynomial(x, 2);
        assertThat(parabola.residualSquares(y)).isCloseTo(20, within(1e-12));
        // variance 20 over one degree of freedom; c2 = (y0 - y1 - y2 + y3) / 4
        assertThat(parabola.curvatureStandardError(y)).isCloseTo(Math.sqrt(20) / 2, within(1e-12));
    }

    @Test
    void weightsDecideBetweenPoints() {
        double[] x = {0, 1, 2};
        double[] y = {0, 1, 5};
        assertThat(PowerLine.through(x, y).exponent()).isCloseTo(2.5, within(1e-12));
        assertThat(PowerLine.through(x, y).coefficient()).isCloseTo(Math.exp(-.5), within(1e-12));
        PowerLine weighted = PowerLine.through(x, y, new double[] {1, 1, 0});
        assertThat(weighted.exponent()).isCloseTo(1, within(1e-12));
        assertThat(weighted.coefficient()).isCloseTo(1, within(1e-12));
        assertThat(new PowerLine(3, 2).at(10)).isCloseTo(300, within(1e-12));
    }
}
