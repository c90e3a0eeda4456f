package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonNegativeTest {
    private static final double ROUNDING = 1e-9; // gradients are sums of tens of products of numbers near 1

    /** The conditions of Karush, Kuhn and Tucker, which only the minimum meets. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void meetsTheConditionsOfAMinimum(int size) {
        Random random = new Random(size);
        int zeros = 0;
        for (int set = 0; set < 200; set++) {
            int terms = size + random.nextInt(2);
            double[][] columns = new double[terms][12];
            double[] target = new double[12];
            double[] weights = new double[12];
            for (int i = 0; i < 12; i++) {
                for (double[] column : columns) {
                    column[i] = random.nextGaussian();
                }
                target[i] = 0.5 + random.nextGaussian();
                weights[i] = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            }
            double[] c = new NonNegative(size).solve(columns, target, weights);
            for (int j = 0; j < size; j++) {
                double gradient = 0;
                for (int i = 0; i < 12; i++) {
                    double residual = -target[i];
                    for (int t = 0; t < terms; t++) {
                        residual += (t < size ? c[t] : 1) * columns[t][i];
                    }
                    gradient += weights[i] * columns[j][i] * residual;
                }
                assertThat(c[j]).isNotNegative();
                if (c[j] > 0) {
                    assertThat(gradient).isCloseTo(0, within(ROUNDING));
                } else {
                    assertThat(gradient).isGreaterThan(-ROUNDING);
                    zeros++;
                }
            }
        }
        assertThat(zeros).isPositive();
    }

    @Test
    void leavesOutAColumnThatAnotherOneRepeats() {
        double[][] columns = {{1, 2, 3}, {1, 2, 3}};
        double[] c = new NonNegative(2).solve(columns, new double[] {2, 4, 6}, new double[] {1, 1, 1});
        assertThat(c[0] + c[1]).isCloseTo(2, within(1e-14));
        assertThat(Math.min(c[0], c[1])).isZero();
    }

    @Test
    void isZeroWhereEveryColumnPointsAway() {
        double[][] columns = {{-1, -1}, {0, -2}};
        assertThat(new NonNegative(2).solve(columns, new double[] {1, 1}, new double[] {1, 1}))
                .containsExactly(0, 0);
    }
}
