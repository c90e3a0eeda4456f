package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a trial trains on: one core, or one GPU. */
public sealed interface Device extends Serializable {

    /** As the vendor calls it. */
    String name();

    /** For the provenance of a run. */
    String words();

    /**
     * One thread of this machine's processor.
     *
     * @param idleGpus addresses of GPUs that Spark assigned and the backend can't use
     */
    record Cpu(String name, List<String> idleGpus) implements Device {
        public Cpu {
            idleGpus = List.copyOf(idleGpus);
        }

        @Override
        public String words() {
            String idle = idleGpus.isEmpty()
                    ? ""
                    : "; GPU " + String.join(", ", idleGpus) + " assigned, not used by a build without -Pcuda";
            return "CPU: " + name + ", one thread a trial" + idle;
        }
    }

    /**
     * One GPU of this machine.
     *
     * @param ordinal index of nvidia-smi, which CUDA shares under {@code CUDA_DEVICE_ORDER=PCI_BUS_ID}
     * @param memoryBytes null if it was not found out
     */
    record Gpu(int ordinal, String name, ComputeCapability capability, Long memoryBytes) implements Device {
        private static final double GIB = 1L << 30;

        public Gpu {
            if (ordinal < 0 || name == null || name.isBlank() || capability == null) {
                throw new IllegalArgumentException(
                        "Invalid GPU (want an ordinal of at least 0, a name and a compute capability): " + ordinal
                                + ", " + name + ", " + capability);
            }
        }

        @Override
        public String words() {
            String memory = memoryBytes == null ? "" : String.format(Locale.ROOT, ", %.0f GiB", memoryBytes / GIB);
            return "GPU " + ordinal + ": " + name + " (" + capability.architecture() + ", compute capability "
                    + capability + memory + ")";
        }
    }

    /**
     * The device that a trial is to use.
     *
     * @param backend what is on the class path
     * @param addresses of the GPUs that Spark assigned to the task; empty if it assigned none
     * @param present asked for the GPUs of this machine only where one is to be used
     * @throws IsolossException of kind BAD_INPUT if backend, assignment and machine don't fit together, UNSUPPORTED if the
     *     backend holds no code for the GPU
     */
    static Device choose(Backend backend, List<String> addresses, Supplier<List<Gpu>> present) {
        if (!backend.cuda()) {
            return new Cpu(Processor.name(), addresses);
        }
        List<Gpu> gpus = present.get();
        if (gpus.isEmpty()) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot train with " + backend.name() + ": nvidia-smi shows no GPU on this machine; build without"
                            + " -Pcuda to train on the processor");
        }
        Gpu gpu = addresses.isEmpty() ? gpus.get(0) : at(addresses.get(0), gpus);
        backend.check(gpu);
        return gpu;
    }

    private static Gpu at(String address, List<Gpu> gpus) {
        return gpus.stream()
                .filter(gpu -> String.valueOf(gpu.ordinal()).equals(address))
                .findFirst()
                .orElseThrow(() -> new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot train on GPU '" + address + "' that Spark assigned: nvidia-smi shows "
                                + gpus.stream()
                                        .map(gpu -> String.valueOf(gpu.ordinal()))
                                        .collect(Collectors.joining(", "))
                                + "; let the discovery script print the indices of nvidia-smi"));
    }
}
