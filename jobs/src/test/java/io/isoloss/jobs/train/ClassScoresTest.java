package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassScoresTest {
    private static final double ROUNDING = 1e-15;

    /** Rows are true classes a, b, c and columns predictions: 3 1 0 / 1 2 1 / 0 0 0, and class c never occurs. */
    private static ClassScores sample() {
        ClassScores scores = new ClassScores(3);
        int[][] counts = {{3, 1, 0}, {1, 2, 1}, {0, 0, 0}};
        for (int target = 0; target < 3; target++) {
            for (int prediction = 0; prediction < 3; prediction++) {
                for (int i = 0; i < counts[target][prediction]; i++) {
                    scores.add(prediction, target);
                }
            }
        }
        return scores;
    }

    @Test
    void scoresFollowFromTheCounts() {
        ClassScores scores = sample();
        assertThat(scores.accuracy()).isEqualTo(5 / 8.0);
        assertThat(scores.precision(0)).isEqualTo(3 / 4.0);
        assertThat(scores.recall(1)).isEqualTo(2 / 4.0);
        assertThat(scores.f1(1)).isCloseTo(2 * (2 / 3.0) * (1 / 2.0) / (2 / 3.0 + 1 / 2.0), within(ROUNDING));
        assertThat(scores.precision(2)).isZero();
    }

    @Test
    void macroScoresAreMeansOverTheClassesThatOccur() {
        ClassScores scores = sample();
        assertThat(scores.macro(scores::precision)).isCloseTo((3 / 4.0 + 2 / 3.0) / 2, within(ROUNDING));
        assertThat(scores.macro(scores::recall)).isCloseTo((3 / 4.0 + 2 / 4.0) / 2, within(ROUNDING));
    }

    @Test
    void jsonNamesEachClass() {
        assertThat(sample().json(List.of("java", "scala", "xml")))
                .startsWith("{\"java\":{\"precision\":0.75,\"recall\":0.75,\"f1\":0.75,\"positions\":4},\"scala\":")
                .endsWith("\"xml\":{\"precision\":0.0,\"recall\":0.0,\"f1\":0.0,\"positions\":0}}");
    }
}
