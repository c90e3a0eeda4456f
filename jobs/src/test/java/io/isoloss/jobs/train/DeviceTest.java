package io.isoloss.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTest {
    private static final Backend CPU = new Backend("nd4j-native (CPU)", false);
    private static final Backend CUDA = new Backend("nd4j-cuda-11.6 (CUDA)", true);

    private static final String TWO_A100 = """
            0, NVIDIA A100-SXM4-40GB, 8.0, 40960
            1, NVIDIA A100-SXM4-40GB, 8.0, 40960
            """;
    private static final String H100 = "0, NVIDIA H100 80GB HBM3, 9.0, 81559\n";

    private static void assertRefused(Runnable choice, Kind kind, String message) {
        assertThatThrownBy(choice::run)
                .isInstanceOf(IsolossException.class)
                .hasMessage(message)
                .extracting(e -> ((IsolossException) e).kind())
                .isEqualTo(kind);
    }

    private static Device choose(Backend backend, String gpus, String... addresses) {
        return Device.choose(backend, List.of(addresses), () -> Gpus.parse(gpus));
    }

    @Test
    void readsWhatNvidiaSmiPrints() {
        assertThat(Gpus.parse(TWO_A100))
                .containsExactly(
                        new Device.Gpu(0, "NVIDIA A100-SXM4-40GB", new ComputeCapability(8, 0), 40960L << 20),
                        new Device.Gpu(1, "NVIDIA A100-SXM4-40GB", new ComputeCapability(8, 0), 40960L << 20));
        assertThat(Gpus.parse(H100).get(0).words())
                .isEqualTo("GPU 0: NVIDIA H100 80GB HBM3 (Hopper, compute capability 9.0, 80 GiB)");
        assertThat(Gpus.parse("\n")).isEmpty();
    }

    @Test
    void aGpuThatSharesTheHostsMemoryTellsNone() {
        assertThat(Gpus.parse("0, NVIDIA GB10, 12.1, [N/A]").get(0).words())
                .isEqualTo("GPU 0: NVIDIA GB10 (Blackwell, compute capability 12.1)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "No devices were found",
                "0, NVIDIA A100-SXM4-40GB, 8.0",
                "0, NVIDIA A100-SXM4-40GB, eight, 40960",
                "0, NVIDIA A100-SXM4-40GB, 8.0, a lot",
                "first, NVIDIA A100-SXM4-40GB, 8.0, 40960"
            })
    void namesTheLineThatItCannotRead(String line) {
        assertRefused(
                () -> Gpus.parse(line),
                Kind.FAILED,
                "Cannot list the GPUs with nvidia-smi: the line '" + line
                        + "' is not index, name, compute capability, MiB; mend the driver until 'nvidia-smi"
                        + " --query-gpu=index,name,compute_cap,memory.total --format=csv,noheader,nounits' answers, or"
                        + " train on the processor");
    }

    @Test
    void withoutNvidiaSmiThereIsNoGpu() {
        assertThat(Gpus.present(List.of("isoloss-no-such-program"))).isEmpty();
    }

    @Test
    void saysWhyNvidiaSmiFails() {
        List<String> broken =
                List.of("sh", "-c", "echo 'NVIDIA-SMI has failed because it could not reach the driver'; exit 9");
        assertThatThrownBy(() -> Gpus.present(broken))
                .isInstanceOf(IsolossException.class)
                .hasMessageStartingWith(
                        "Cannot list the GPUs with nvidia-smi: NVIDIA-SMI has failed because it could not"
                                + " reach the driver; mend the driver until ");
    }

    @Test
    void asksTheProgramThatItIsGiven() {
        assertThat(Gpus.present(List.of("echo", "3, NVIDIA L4, 8.9, 23034")))
                .extracting(Device.Gpu::ordinal)
                .containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 5, false", // K40
        "3, 7, true", // K80
        "7, 0, true", // V100
        "7, 5, true", // T4
        "8, 0, true", // A100
        "8, 6, true", // A10
        "8, 9, true", // L4
        "9, 0, false", // H100
        "10, 0, false", // B200
        "12, 0, false" // RTX 50
    })
    void cudaRunsFromKeplerToAda(int major, int minor, boolean runs) {
        assertThat(Backend.runsOn(new ComputeCapability(major, minor))).isEqualTo(runs);
    }

    @Test
    void hopperIsRefusedWithWhatWouldWork() {
        assertRefused(
                () -> choose(CUDA, H100, "0"),
                Kind.UNSUPPORTED,
                "Cannot train on GPU 0: NVIDIA H100 80GB HBM3 (Hopper, compute capability 9.0, 80 GiB): nd4j-cuda-11.6"
                        + " holds machine code for compute capabilities 3.7 to 8.6 (Kepler to Ampere; Ada, 8.9, runs"
                        + " that of 8.6) and none that later GPUs could run; train on the processor (build without"
                        + " -Pcuda), or on an A100, A10, L4, L40 or RTX 30 or 40");
    }

    @Test
    void takesTheGpuThatSparkAssigned() {
        assertThat(choose(CUDA, TWO_A100, "1"))
                .isInstanceOfSatisfying(
                        Device.Gpu.class, gpu -> assertThat(gpu.ordinal()).isEqualTo(1));
    }

    @Test
    void takesTheFirstGpuWhereSparkAssignsNone() {
        assertThat(choose(CUDA, TWO_A100))
                .isInstanceOfSatisfying(
                        Device.Gpu.class, gpu -> assertThat(gpu.ordinal()).isZero());
    }

    @Test
    void refusesAnAddressThatIsNoIndex() {
        assertRefused(
                () -> choose(CUDA, TWO_A100, "MIG-4f"),
                Kind.BAD_INPUT,
                "Cannot train on GPU 'MIG-4f' that Spark assigned: nvidia-smi shows 0, 1; let the discovery script print"
                        + " the indices of nvidia-smi");
    }

    @Test
    void theCudaBackendNeedsAGpu() {
        assertRefused(
                () -> choose(CUDA, ""),
                Kind.BAD_INPUT,
                "Cannot train with nd4j-cuda-11.6 (CUDA): nvidia-smi shows no GPU on this machine; build without -Pcuda"
                        + " to train on the processor");
    }

    @Test
    void processorBackendTrainsOnTheProcessorAndSaysThatAnAssignedGpuIsIdle() {
        Device device = Device.choose(CPU, List.of("0"), List::of);
        assertThat(device).isInstanceOf(Device.Cpu.class);
        assertThat(device.words()).endsWith("; GPU 0 assigned, not used by a build without -Pcuda");
    }

    @Test
    void theNativeBackendAsksForNoGpus() {
        assertThatCode(() -> {
                    Device device = Device.choose(CPU, List.of(), () -> {
                        throw new AssertionError("no GPU is needed");
                    });
                    assertThat(device.words()).startsWith("CPU: ").endsWith(", one thread a trial");
                })
                .doesNotThrowAnyException();
    }

    @Test
    void thisBuildComputesRight() {
        BackendProbe probe = BackendProbe.here();
        assertThat(probe.failure()).isNull();
        assertThat(probe.backend().name()).startsWith("nd4j-");
    }
}
