package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DivergenceTest {

    @Test
    void noNumberIsDivergenceAtOnce() {
        assertThat(new Divergence(100).after(0, Double.NaN, 1)).isEqualTo("training loss is NaN at step 1");
        assertThat(new Divergence(100).after(4, 1, Double.POSITIVE_INFINITY))
                .isEqualTo("gradient norm is Infinity at step 5");
    }

    @Test
    void lossAboveItsFirstValueCountsOnlyWhenItStaysThere() {
        Divergence divergence = new Divergence(100);
        assertThat(divergence.after(0, 5.5, 1)).isNull();
        for (int step = 1; step < 200; step++) {
            double loss = step % 50 == 0 ? 5.4 : 5.6; // comes back in time
            assertThat(divergence.after(step, loss, 1)).isNull();
        }
        Divergence lasting = new Divergence(100);
        assertThat(lasting.after(0, 5.5, 1)).isNull();
        for (int step = 1; step < 50; step++) {
            assertThat(lasting.after(step, 5.6, 1)).isNull();
        }
        assertThat(lasting.after(50, 5.6, 1))
                .isEqualTo("training loss stayed above its first value 5.500 for 50 steps, up to step 51");
    }
}
