package io.isoloss.analysis.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CholeskyTest {
    /** L L' with L = [[2,0,0],[1,3,0],[-1,2,1]], and the right side of x = (1, -2, 3). */
    @Test
    void solvesFromTheLowerTriangle() {
        double[][] matrix = {{4, Double.NaN, Double.NaN}, {2, 10, Double.NaN}, {-2, 5, 6}};
        double[] right = {4 - 4 - 6, 2 - 20 + 15, -2 - 10 + 18};
        assertThat(Cholesky.solve(matrix, right)).containsExactly(new double[] {1, -2, 3}, within(1e-14));
        assertThat(right).containsExactly(-6, -3, 6);
    }

    @Test
    void solvesNothingThatIsNotPositiveDefinite() {
        assertThat(Cholesky.solve(new double[][] {{0}}, new double[] {1})).isNull();
        assertThat(Cholesky.solve(new double[][] {{-1}}, new double[] {1})).isNull();
        assertThat(Cholesky.solve(new double[][] {{1, 0}, {2, 1}}, new double[] {1, 1}))
                .isNull();
        assertThat(Cholesky.solve(new double[][] {{1, 0}, {1, 1}}, new double[] {1, 1}))
                .isNull();
        assertThat(Cholesky.solve(new double[][] {{Double.NaN}}, new double[] {1}))
                .isNull();
    }
}
