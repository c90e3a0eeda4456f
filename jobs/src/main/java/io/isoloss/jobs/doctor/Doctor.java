package io.isoloss.jobs.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.doctor.Check.Status;
import io.isoloss.jobs.spark.MasterProbe;
import io.isoloss.jobs.store.Room;
import io.isoloss.jobs.train.Backend;
import io.isoloss.jobs.train.BackendProbe;
import io.isoloss.jobs.train.Device;
import io.isoloss.jobs.train.Gpus;
import io.isoloss.jobs.train.meter.Ceiling;
import io.isoloss.jobs.train.meter.EnergyProbe;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at this machine, and at what a sweep would use beside it. */
public final class Doctor {
    /** Spark 3.5 wants 17; Hadoop 3.4 calls what later ones than 22 lack. */
    private static final int OLDEST_JAVA = 17;

    private static final int NEWEST_JAVA = 22;

    private static final double MIB = 1L << 20;
    private static final double GIB = 1L << 30;
    private static final double GIGA = 1e9;

    /** A run and its curve are some 20 kB; checkpoints are what needs room. */
    private static final long LEAST_FREE_BYTES = 100L << 20;

    private static final long GOOD_FREE_BYTES = 2L << 30;

    private Doctor() {}

    /**
     * All checks.
     *
     * @param out output folder to be
     * @param master Spark master to try a job on; null for none
     */
    public static List<Check> examine(String out, String master) {
        List<Check> checks = new ArrayList<>();
        checks.add(java(Runtime.version().feature()));
        BackendProbe probe = BackendProbe.here();
        checks.add(backend(probe));
        GpuFacts gpus = GpuFacts.of(Gpus::present);
        Device device = device(probe, gpus);
        if (device != null) {
            checks.add(ceiling(Ceiling.of(device), device));
        }
        checks.add(cores(Runtime.getRuntime().availableProcessors()));
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        checks.add(memory(memory, Runtime.getRuntime().maxMemory()));
        checks.addAll(pins(System.getenv()));
        checks.addAll(gpus(probe.backend(), gpus));
        checks.add(energy(EnergyProbe.of(gpus.found())));
        checks.add(room(out, Room.at(out)));
        if (master != null) {
            checks.add(master(master, () -> MasterProbe.executors(master)));
        }
        return checks;
    }

    /** What nvidia-smi told: GPUs, or why it told none. */
    record GpuFacts(List<Device.Gpu> found, String failure) {
        static GpuFacts of(Supplier<List<Device.Gpu>> present) {
            try {
                return new GpuFacts(present.get(), null);
            } catch (IsolossException e) {
                return new GpuFacts(List.of(), e.getMessage());
            }
        }
    }

    static Check java(int feature) {
        return feature >= OLDEST_JAVA && feature <= NEWEST_JAVA
                ? Check.ok("java", "Java " + feature)
                : Check.problem("java", "Java " + feature, "install JDK 17, or set JAVA_HOME to one from 17 to 22");
    }

    static Check backend(BackendProbe probe) {
        if (probe.failure() == null) {
            return Check.ok("backend", probe.backend().name() + " loads and multiplies right");
        }
        return Check.problem(
                "backend",
                probe.backend() == null
                        ? "the native library does not load: " + probe.failure()
                        : probe.backend().name() + " is wrong: " + probe.failure(),
                "build again on this machine (mvn package), for its platform; CUDA's needs CUDA 11.6 and a driver");
    }

    /** What trials would use; null if nothing works. */
    private static Device device(BackendProbe probe, GpuFacts gpus) {
        if (probe.failure() != null) {
            return null;
        }
        try {
            return Device.choose(probe.backend(), List.of(), gpus::found);
        } catch (IsolossException e) {
            return null; // the checks of GPUs say why
        }
    }

    static Check ceiling(Ceiling ceiling, Device device) {
        return Check.ok(
                "ceiling",
                String.format(
                        Locale.ROOT,
                        "%.0f GFLOP/s in float32 products on %s",
                        ceiling.flopsPerSecond() / GIGA,
                        device.words()));
    }

    static Check cores(int cores) {
        return Check.ok("cores", cores + (cores == 1 ? " trial" : " trials") + " at once with local[*]");
    }

    static Check memory(long machineBytes, long heapBytes) {
        String found = String.format(
                Locale.ROOT, "%.1f GiB, of which the Java heap may take %.1f", machineBytes / GIB, heapBytes / GIB);
        return heapBytes <= machineBytes / 2
                ? Check.ok("memory", found)
                : Check.warning(
                        "memory",
                        found,
                        "leave half of it to the arrays, which are outside the heap: ISOLOSS_JVM=-Xmx"
                                + Math.max(1, Math.round(machineBytes / (2 * MIB))) + "m");
    }

    static List<Check> pins(Map<String, String> environment) {
        String threads = environment.get("OMP_NUM_THREADS");
        String coreType = environment.get("OPENBLAS_CORETYPE");
        String remedy =
                "start with ./isoloss, which sets it, or set it yourself; Spark hands it to executors but on YARN";
        return List.of(
                "1".equals(threads)
                        ? Check.ok("threads", "OMP_NUM_THREADS is 1")
                        : Check.warning(
                                "threads",
                                "OMP_NUM_THREADS is " + (threads == null ? "not set" : threads)
                                        + ", not 1: trials at once fight for cores, and losses differ in their last digits",
                                remedy),
                coreType != null
                        ? Check.ok("core type", "OPENBLAS_CORETYPE is " + coreType)
                        : Check.warning(
                                "core type",
                                "OPENBLAS_CORETYPE is not set: machines of different processors give different losses,"
                                        + " in the fifth digit",
                                remedy));
    }

    /** Of each GPU whether the backend can run on it. */
    static List<Check> gpus(Backend backend, GpuFacts gpus) {
        boolean cuda = backend != null && backend.cuda();
        if (gpus.failure() != null) {
            return List.of(new Check(
                    "gpu",
                    cuda ? Status.PROBLEM : Status.WARNING,
                    gpus.failure(),
                    "mend the driver, or train on the processor"));
        }
        if (gpus.found().isEmpty()) {
            return List.of(
                    cuda
                            ? Check.problem(
                                    "gpu",
                                    "none, and the class path holds " + backend.name(),
                                    "build without -Pcuda to train on the processor")
                            : Check.ok("gpu", "none; trials train on the processor"));
        }
        return gpus.found().stream().map(gpu -> gpu(cuda, gpu)).toList();
    }

    private static Check gpu(boolean cuda, Device.Gpu gpu) {
        if (Backend.runsOn(gpu.capability())) {
            return cuda
                    ? Check.ok("gpu", gpu.words())
                    : Check.warning(
                            "gpu",
                            gpu.words() + " is idle: the class path holds the backend of processors",
                            "build with -Pcuda to train on it");
        }
        return new Check(
                "gpu",
                cuda ? Status.PROBLEM : Status.WARNING,
                gpu.words() + " can't be used: nd4j-cuda-11.6 holds " + Backend.CODE,
                Backend.INSTEAD);
    }

    static Check energy(EnergyProbe energy) {
        return energy.remedy() == null
                ? Check.ok("energy", energy.source())
                : Check.warning("energy", energy.source(), energy.remedy());
    }

    static Check room(String out, Room room) {
        String name = "output";
        if (room.failure() != null) {
            return Check.problem(
                    name,
                    "'" + out + "' can't be written: " + room.failure(),
                    "give a folder that you may write to with --out, or make its file system reachable");
        }
        if (room.freeBytes() == null) {
            return Check.ok(name, "'" + out + "' can be written");
        }
        String found = String.format(Locale.ROOT, "'%s' can be written, %.1f GiB free", out, room.freeBytes() / GIB);
        if (room.freeBytes() < LEAST_FREE_BYTES) {
            return Check.problem(name, found, "make room, or give another folder with --out");
        }
        return room.freeBytes() < GOOD_FREE_BYTES
                ? Check.warning(name, found, "make room before a long sweep: checkpoints take 12 bytes a parameter")
                : Check.ok(name, found);
    }

    /** Tries a job. */
    static Check master(String master, Supplier<List<String>> executors) {
        try {
            return Check.ok("master", master + " runs jobs, on executors " + String.join(", ", executors.get()));
        } catch (IsolossException e) {
            return Check.problem(
                    "master",
                    e.getMessage(),
                    "start it and its workers, or leave out --master to train on this machine");
        }
    }
}
