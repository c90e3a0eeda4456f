package io.isoloss.jobs.train.meter;

import java.util.Optional;

/** The energy counter of a GPU: the whole board, its memory included, the host not; trials must not share the board. */
final class GpuEnergy implements EnergyMeter {
    private final Nvml gpu;
    private double last;

    private GpuEnergy(Nvml gpu, double now) {
        this.gpu = gpu;
        this.last = now;
    }

    /** Starts counting; empty if the GPU has no counter. */
    static Optional<GpuEnergy> open(Nvml gpu) {
        return Optional.ofNullable(gpu.joules()).map(now -> new GpuEnergy(gpu, now));
    }

    @Override
    public String source() {
        return "nvml: the GPU's board, without the host";
    }

    /** The counter starts from zero when the driver is loaded anew: what it shows then is less than what was taken. */
    @Override
    public Double take(double busySeconds) {
        Double now = gpu.joules();
        if (now == null || now < last) {
            return null;
        }
        double taken = now - last;
        last = now;
        return taken;
    }
}
