package io.isoloss.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.doctor.Check.Status;
import io.isoloss.jobs.doctor.Doctor.GpuFacts;
import io.isoloss.jobs.store.Room;
import io.isoloss.jobs.train.Backend;
import io.isoloss.jobs.train.BackendProbe;
import io.isoloss.jobs.train.ComputeCapability;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.EnergyProbe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {
    private static final Backend CPU = new Backend("nd4j-native (CPU)", false);
    private static final Backend CUDA = new Backend("nd4j-cuda-11.6 (CUDA)", true);
    private static final Device.Gpu A100 = new Device.Gpu(0, "NVIDIA A100", new ComputeCapability(8, 0), 40L << 30);
    private static final Device.Gpu H100 = new Device.Gpu(1, "NVIDIA H100", new ComputeCapability(9, 0), 80L << 30);
    private static final long GIB = 1L << 30;

    private static void assertBad(Check check, Status status, String found, String remedy) {
        assertThat(check.status()).isEqualTo(status);
        assertThat(check.found()).isEqualTo(found);
        assertThat(check.remedy()).isEqualTo(remedy);
    }

    private static void assertWell(Check check, String found) {
        assertThat(check).isEqualTo(new Check(check.name(), Status.OK, found, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 16, 23, 25})
    void refusesAJavaThatSparkOrHadoopCannotUse(int feature) {
        assertBad(
                Doctor.java(feature),
                Status.PROBLEM,
                "Java " + feature,
                "install JDK 17, or set JAVA_HOME to one from 17 to 22");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 22})
    void takesTheJavasBetween(int feature) {
        assertWell(Doctor.java(feature), "Java " + feature);
    }

    @Test
    void saysWhyTheNativeLibraryDoesNotServe() {
        String remedy =
                "build again on this machine (mvn package), for its platform; CUDA's needs CUDA 11.6 and a driver";
        assertBad(
                Doctor.backend(new BackendProbe(null, "UnsatisfiedLinkError: no jnind4jcpu")),
                Status.PROBLEM,
                "the native library does not load: UnsatisfiedLinkError: no jnind4jcpu",
                remedy);
        assertBad(
                Doctor.backend(new BackendProbe(CPU, "[[1, 2], [3, 4]] squared is not that but 7")),
                Status.PROBLEM,
                "nd4j-native (CPU) is wrong: [[1, 2], [3, 4]] squared is not that but 7",
                remedy);
        assertWell(Doctor.backend(new BackendProbe(CPU, null)), "nd4j-native (CPU) loads and multiplies right");
    }

    @Test
    void statesTheCeiling() {
        assertWell(
                Doctor.ceiling(new Ceiling(2.19e11), new Device.Cpu("Xeon", List.of())),
                "219 GFLOP/s in float32 products on CPU: Xeon, one thread a trial");
    }

    @Test
    void countsCores() {
        assertWell(Doctor.cores(1), "1 trial at once with local[*]");
        assertWell(Doctor.cores(16), "16 trials at once with local[*]");
    }

    @Test
    void aHeapMustLeaveRoomForArrays() {
        assertWell(Doctor.memory(16 * GIB, 2 * GIB), "16.0 GiB, of which the Java heap may take 2.0");
        assertBad(
                Doctor.memory(3 * GIB, 2 * GIB),
                Status.WARNING,
                "3.0 GiB, of which the Java heap may take 2.0",
                "leave half of it to the arrays, which are outside the heap: ISOLOSS_JVM=-Xmx1536m");
    }

    @Test
    void warnsOfThreadsAndKernelsThatAreNotPinned() {
        String remedy =
                "start with ./isoloss, which sets it, or set it yourself; Spark hands it to executors but on YARN";
        List<Check> bare = Doctor.pins(Map.of());
        assertBad(
                bare.get(0),
                Status.WARNING,
                "OMP_NUM_THREADS is not set, not 1: trials at once fight for cores, and losses differ in their last"
                        + " digits",
                remedy);
        assertBad(
                bare.get(1),
                Status.WARNING,
                "OPENBLAS_CORETYPE is not set: machines of different processors give different losses, in the fifth"
                        + " digit",
                remedy);
        assertThat(Doctor.pins(Map.of("OMP_NUM_THREADS", "8")).get(0).status()).isEqualTo(Status.WARNING);
        assertThat(Doctor.pins(Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_CORETYPE", "Haswell")))
                .extracting(Check::status)
                .containsOnly(Status.OK);
    }

    @Test
    void aMachineWithoutGpuIsWell() {
        assertWell(gpu(CPU, List.of()), "none; trials train on the processor");
    }

    @Test
    void theCudaBackendWithoutGpuIsAProblem() {
        assertBad(
                gpu(CUDA, List.of()),
                Status.PROBLEM,
                "none, and the class path holds nd4j-cuda-11.6 (CUDA)",
                "build without -Pcuda to train on the processor");
    }

    @Test
    void anIdleGpuIsAWarning() {
        assertBad(
                gpu(CPU, List.of(A100)),
                Status.WARNING,
                "GPU 0: NVIDIA A100 (Ampere, compute capability 8.0, 40 GiB) is idle: the class path holds the backend"
                        + " of processors",
                "build with -Pcuda to train on it");
    }

    @Test
    void aGpuThatTheBackendRunsOnIsWell() {
        assertWell(gpu(CUDA, List.of(A100)), "GPU 0: NVIDIA A100 (Ampere, compute capability 8.0, 40 GiB)");
    }

    @Test
    void hopperIsAProblemToCudaAndAWarningToTheProcessor() {
        assertBad(
                gpu(CUDA, List.of(H100)),
                Status.PROBLEM,
                "GPU 1: NVIDIA H100 (Hopper, compute capability 9.0, 80 GiB) can't be used: nd4j-cuda-11.6 holds machine"
                        + " code for compute capabilities 3.7 to 8.6 (Kepler to Ampere; Ada, 8.9, runs that of 8.6) and"
                        + " none that later GPUs could run",
                "train on the processor (build without -Pcuda), or on an A100, A10, L4, L40 or RTX 30 or 40");
        assertThat(gpu(CPU, List.of(H100)).status()).isEqualTo(Status.WARNING);
        assertThat(gpu(null, List.of(H100)).status()).isEqualTo(Status.WARNING);
    }

    @Test
    void aDriverThatDoesNotAnswerIsNamed() {
        GpuFacts broken = GpuFacts.of(() -> {
            throw new IsolossException(Kind.FAILED, "Cannot list the GPUs with nvidia-smi: driver mismatch");
        });
        assertBad(
                Doctor.gpus(CUDA, broken).get(0),
                Status.PROBLEM,
                "Cannot list the GPUs with nvidia-smi: driver mismatch",
                "mend the driver, or train on the processor");
        assertThat(Doctor.gpus(CPU, broken).get(0).status()).isEqualTo(Status.WARNING);
    }

    private static Check gpu(Backend backend, List<Device.Gpu> gpus) {
        List<Check> checks = Doctor.gpus(backend, GpuFacts.of(() -> gpus));
        assertThat(checks).hasSize(1);
        return checks.get(0);
    }

    @Test
    void modelledEnergyIsAWarning() {
        assertBad(
                Doctor.energy(new EnergyProbe("model: 12 W a core", "give the watts")),
                Status.WARNING,
                "model: 12 W a core",
                "give the watts");
        assertWell(Doctor.energy(new EnergyProbe("rapl: 1 processor package", null)), "rapl: 1 processor package");
    }

    @Test
    void theOutputFolderMustBeWritableAndHaveRoom() {
        assertBad(
                Doctor.room("/results", new Room(null, "AccessDeniedException: /results")),
                Status.PROBLEM,
                "'/results' can't be written: AccessDeniedException: /results",
                "give a folder that you may write to with --out, or make its file system reachable");
        assertBad(
                Doctor.room("/results", new Room(GIB / 100, null)),
                Status.PROBLEM,
                "'/results' can be written, 0.0 GiB free",
                "make room, or give another folder with --out");
        assertBad(
                Doctor.room("/results", new Room(GIB, null)),
                Status.WARNING,
                "'/results' can be written, 1.0 GiB free",
                "make room before a long sweep: checkpoints take 12 bytes a parameter");
        assertWell(Doctor.room("/results", new Room(50 * GIB, null)), "'/results' can be written, 50.0 GiB free");
        assertWell(Doctor.room("s3a://bucket", new Room(null, null)), "'s3a://bucket' can be written");
    }

    @Test
    void aMasterMustRunAJob() {
        assertWell(
                Doctor.master("spark://a:7077", () -> List.of("0", "1")),
                "spark://a:7077 runs jobs, on executors 0, 1");
        assertBad(
                Doctor.master("spark://a:7077", () -> {
                    throw new IsolossException(Kind.FAILED, "Cannot run a job on spark://a:7077: no executor");
                }),
                Status.PROBLEM,
                "Cannot run a job on spark://a:7077: no executor",
                "start it and its workers, or leave out --master to train on this machine");
    }

    @Test
    void aRemedyStandsWhereSomethingIsWrongAndOnlyThere() {
        assertThatThrownBy(() -> new Check("java", Status.OK, "Java 17", "none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid check 'java' (want a remedy where something is wrong, and only there): none");
        assertThatThrownBy(() -> new Check("java", Status.PROBLEM, "Java 11", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid check 'java' (want a remedy where something is wrong, and only there): null");
    }
}
