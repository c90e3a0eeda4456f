package io.isoloss.jobs.train.meter;

import io.isoloss.jobs.train.Device;
import java.util.Optional;

/** Memory errors of a device that its ECC found and could not correct, while it was watched. */
public final class EccErrors {
    private final Nvml gpu; // null where none counts them
    private final long before;

    private EccErrors(Nvml gpu, Long before) {
        this.gpu = before == null ? null : gpu;
        this.before = before == null ? 0 : before;
    }

    /** Starts to watch; a device without ECC, or without NVML, shows none. */
    public static EccErrors watch(Device device) {
        Optional<Nvml> gpu = device instanceof Device.Gpu found ? Nvml.open(found.ordinal()) : Optional.empty();
        return gpu.map(EccErrors::watch).orElseGet(() -> new EccErrors(null, null));
    }

    static EccErrors watch(Nvml gpu) {
        return new EccErrors(gpu, gpu.uncorrectedErrors());
    }

    /** Errors since then. */
    public long risen() {
        Long now = gpu == null ? null : gpu.uncorrectedErrors();
        return now == null ? 0 : Math.max(0, now - before); // counted anew after a reset
    }
}
