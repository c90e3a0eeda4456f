package io.isoloss.jobs.train.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.isoloss.analysis.runs.Inference;
import io.isoloss.jobs.sweep.InferenceLoad;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingProbeTest {
    /** Of a few sums and quotients of doubles. */
    private static final double ROUNDING = 1e-9;

    private final List<Integer> batches = new ArrayList<>();
    private long nanos;
    private int passes;
    private int closed;

    /** A pass takes 1 ms a sequence; every tenth takes twice as long. */
    private ServingProbe.Served served(int batch) {
        batches.add(batch);
        return new ServingProbe.Served() {
            @Override
            public void forward() {
                passes++;
                nanos += batch * (passes % 10 == 0 ? 2_000_000L : 1_000_000L);
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private Inference measure(InferenceLoad load) {
        return new ServingProbe(this::served, () -> nanos).measure(load, 64, 4096);
    }

    @Test
    void latencyIsOfOneWindowAndThroughputOfABatch() {
        Inference inference = measure(new InferenceLoad(0.2, 8));
        assertThat(inference.latencyMsP50()).isCloseTo(1, within(ROUNDING));
        assertThat(inference.latencyMsP95()).isCloseTo(2, within(ROUNDING));
        assertThat(inference.inferenceTokensPerSecond()).isCloseTo(64 / 1e-3, within(ROUNDING));
        assertThat(inference.inferenceBatch()).isEqualTo(8);
        assertThat(inference.modelBytes()).isEqualTo(4096);
        assertThat(batches).containsExactly(1, 8);
        assertThat(closed).isEqualTo(2);
        assertThat(nanos / 1e9)
                .as("0.1 s for each, and the pass that goes over")
                .isBetween(0.2, 0.2 + 2e-3 + 16e-3);
    }

    @Test
    void fewPassesOfASlowModelGiveNo95thPercentile() {
        Inference inference = measure(new InferenceLoad(1e-6, 2));
        assertThat(passes).as("of each size 2 to warm up and 3 that count").isEqualTo(10);
        assertThat(inference.latencyMsP50()).isCloseTo(1, within(ROUNDING));
        assertThat(inference.latencyMsP95()).isNull();
    }

    @Test
    void noSecondsMeasureNothing() {
        assertThat(measure(InferenceLoad.NONE)).isEqualTo(new Inference(null, null, null, null, 4096.0));
        assertThat(batches).isEmpty();
    }
}
