package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.sweep.Metering;
import io.isoloss.jobs.sweep.Trunk;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFaultTest {
    private static final Device.Gpu GPU = new Device.Gpu(3, "NVIDIA A100", new ComputeCapability(8, 0), 40L << 30);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: out of memory",
                "Allocation failed: [[DEVICE] allocation failed; Error code: [2]]",
                "CUBLAS_STATUS_ALLOC_FAILED",
                "std::bad_alloc",
                "Requested amount exceeds HOST device limits"
            })
    void knowsALackOfMemory(String message) {
        assertThat(DeviceFault.of(new RuntimeException("Op [matmul] failed", new RuntimeException(message))))
                .isEqualTo(DeviceFault.OUT_OF_MEMORY);
    }

    @Test
    void knowsJavasOwnLackOfMemory() {
        assertThat(DeviceFault.of(new RuntimeException(new OutOfMemoryError("Physical memory usage is too high"))))
                .isEqualTo(DeviceFault.OUT_OF_MEMORY);
        assertThat(DeviceFault.OUT_OF_MEMORY.words(new OutOfMemoryError())).isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA stream synchronization failed; Error code: [214]",
                "CUDA error: uncorrectable ECC error encountered",
                "CUDA error: uncorrectable NVLink error detected during the execution",
                "CUDA error: all CUDA-capable devices are busy or unavailable",
                "CUDA error: no CUDA-capable device is detected",
                "CUDA error: unknown error",
                "cudaSetDevice failed on CUDA device; Error code: [101]",
                "CUDA driver version is insufficient for CUDA runtime version",
                "Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.",
                "GPU has fallen off the bus"
            })
    void knowsABadDevice(String message) {
        assertThat(DeviceFault.of(new RuntimeException("Op [matmul] failed", new RuntimeException(message))))
                .isEqualTo(DeviceFault.BAD_DEVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: device-side assert triggered",
                "CUDA stream synchronization failed; Error code: [710]",
                "CUDA error: an illegal memory access was encountered",
                "CUDA stream synchronization failed; Error code: [700]",
                "CUDA error: unspecified launch failure"
            })
    void knowsWhatLeavesTheProcessUseless(String message) {
        assertThat(DeviceFault.of(new RuntimeException(message))).isEqualTo(DeviceFault.BROKEN_PROCESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUBLAS_STATUS_EXECUTION_FAILED",
                "Cannot read run-214.parquet; Error code: [214]",
                "Cannot read run-700.parquet; Error code: [700]",
                "No space left on device"
            })
    void leavesTheTrialWhatMayBeItsOwnFault(String message) {
        assertThat(DeviceFault.of(new RuntimeException(message))).isEqualTo(DeviceFault.OTHER);
    }

    /** A trial whose GPU says something; it computes on the processor of this machine. */
    private static void onGpu(String message) throws IOException {
        Corpus corpus = Trials.SOURCE.load();
        new Trainer(
                        corpus,
                        new Environment("test", "test", GPU, "host"),
                        Metering.NONE,
                        Checkpoints.NONE,
                        FinalModels.NONE)
                .train(
                        Trunk.of(Trials.of(corpus, 16, 60, 0.01)),
                        (tokens, loss) -> {
                            throw new IllegalStateException(message);
                        },
                        (trial, result) -> {});
    }

    @Test
    void namesTheGpuThatFailed() {
        assertThatThrownBy(() -> onGpu("CUDA error: uncorrectable ECC error encountered"))
                .isInstanceOfSatisfying(BadDeviceException.class, e -> {
                    assertThat(e.device()).isEqualTo(GPU.words());
                    assertThat(e.reason()).isEqualTo("CUDA error: uncorrectable ECC error encountered");
                })
                .message()
                .startsWith("Cannot train on GPU 3: NVIDIA A100 (Ampere, compute capability 8.0, 40 GiB): CUDA error")
                .hasLineCount(1);
    }

    @Test
    void saysThatTheProcessIsUseless() {
        assertThatThrownBy(() -> onGpu("CUDA stream synchronization failed; Error code: [700]"))
                .isInstanceOf(BrokenProcessException.class)
                .hasMessage("Cannot train any more in this process on " + GPU.words()
                        + ": CUDA stream synchronization failed; Error code: [700]");
    }

    @Test
    void aProcessorIsNeverToBlame() {
        Corpus corpus = Trials.SOURCE.load();
        for (String message : List.of("CUDA error: unknown error", "CUDA error: unspecified launch failure")) {
            assertThatThrownBy(() -> Trials.train(
                            Trunk.of(Trials.of(corpus, 16, 60, 0.01)), corpus, Checkpoints.NONE, (tokens, loss) -> {
                                throw new IllegalStateException(message);
                            }))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
