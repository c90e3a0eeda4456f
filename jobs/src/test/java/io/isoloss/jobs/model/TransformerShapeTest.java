package io.isoloss.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TransformerShapeTest {

    /** d 4, L 3, T 8, V 10, counted by hand below. */
    private static final TransformerShape SMALL = new TransformerShape(4, 3, 2, 8, 10);

    @Test
    void countsEveryTensor() {
        int tokenEmbedding = 10 * 4;
        int positionEmbedding = 8 * 4;
        int queryKeyValue = 4 * 12;
        int attentionOut = 4 * 4;
        int mlp = 4 * 16 + 16 * 4;
        int head = 4 * 10;
        int inside = 3 * (queryKeyValue + attentionOut + mlp) + head;

        assertThat(inside).isEqualTo(616);
        assertThat(SMALL.nonEmbeddingParams()).isEqualTo(inside);
        assertThat(SMALL.totalParams()).isEqualTo(inside + tokenEmbedding + positionEmbedding);
    }

    @Test
    void countsEveryProduct() {
        int context = 8;
        int queryKeyValue = 2 * 4 * 12;
        int scores = 2 * 4 * context;
        int weightedValues = 2 * context * 4;
        int attentionOut = 2 * 4 * 4;
        int mlp = 2 * 4 * 16 + 2 * 16 * 4;
        int head = 2 * 4 * 10;
        int forward = 3 * (queryKeyValue + scores + weightedValues + attentionOut + mlp) + head;

        assertThat(SMALL.forwardFlopsPerToken()).isEqualTo(forward);
        assertThat(SMALL.trainingFlopsPerToken()).isEqualTo(3L * forward);
    }

    @Test
    void differsFromSixTimesParamsByAttention() {
        long attention = 12 * 8 * 4 * 3;
        assertThat(SMALL.trainingFlopsPerToken()).isEqualTo(6 * SMALL.nonEmbeddingParams() + attention);
    }

    @Test
    void doesNotOverflowAtLargeShapes() {
        var large = new TransformerShape(16_384, 126, 128, 8_192, 128_256);
        assertThat(large.nonEmbeddingParams()).isEqualTo(407975755776L);
        assertThat(large.trainingFlopsPerToken()).isPositive();
    }

    @Test
    void refusesHeadsThatDoNotDivideTheWidth() {
        assertThatThrownBy(() -> new TransformerShape(10, 1, 3, 8, 10))
                .hasMessage("Invalid transformer (heads must divide the width): width 10, heads 3");
    }
}
