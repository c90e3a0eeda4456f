package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isoloss.analysis.runs.Run;
import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.Trial;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs a GPU of compute capability 3.7 to 8.9 and CUDA 11.6: {@code mvn -Pcuda,gpu verify}. */
@Tag("gpu")
class GpuTest {
    private static final Corpus CORPUS = Trials.SOURCE.load();

    /** Of the trial below on nd4j-native, nats a token. */
    private static final double PROCESSOR_LOSS = 0.9225;

    @BeforeAll
    static void needsTheCudaBackend() {
        assumeTrue(Backend.here().cuda(), "the class path holds the backend of processors; add -Pcuda");
    }

    @Test
    void theLibraryComputesRightOnTheFirstGpu() {
        assertThat(BackendProbe.here().failure()).isNull();
        assertThat(Environment.here("test").device()).isInstanceOf(Device.Gpu.class);
    }

    @Test
    void aTrialLearnsAsOnTheProcessorAndItsEnergyIsCounted() {
        Trial trial = Trials.of(CORPUS, 16, 400, 0.01);
        Run run = Trials.train(trial, CORPUS).run();
        assertThat(run.outcome()).isEqualTo(Run.COMPLETED);
        // Sums in another order move a float32 run by less than a hundredth of a nat; one that does not learn is far
        // off.
        assertThat(run.loss()).isCloseTo(PROCESSOR_LOSS, Offset.offset(0.01));
        assertThat(run.cost().energySource()).startsWith("nvml: ");
        assertThat(run.cost().energyJoules()).isPositive();
        assertThat(run.cost().deviceSeconds()).isPositive();
    }
}
