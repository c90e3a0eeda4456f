package io.isoloss.jobs.train.meter;

import io.isoloss.jobs.sweep.CostRates;
import io.isoloss.jobs.train.Device;
import java.nio.file.Path;
import java.util.List;

/**
 * How the energy of trials would be found on this machine.
 *
 * @param source as in the runs table, {@code nvml}, {@code rapl} or {@code model}, then words
 * @param remedy what would give a better one; null where energy is counted
 */
public record EnergyProbe(String source, String remedy) {

    /** Looks for counters; of a GPU's where there is one. */
    public static EnergyProbe of(List<Device.Gpu> gpus) {
        boolean nvml = gpus.stream()
                .anyMatch(
                        gpu -> Nvml.open(gpu.ordinal()).flatMap(GpuEnergy::open).isPresent());
        return of(nvml, Rapl.POWERCAP, Rapl.STAT);
    }

    static EnergyProbe of(boolean nvml, Path powercap, Path stat) {
        String processor =
                Rapl.open(powercap, stat).map(Rapl::source).orElseGet(() -> new PowerModel(CostRates.NONE).source());
        String remedy = switch (Rapl.state(powercap)) {
            case READABLE -> null;
            case UNREADABLE ->
                "let trials read the counters: as root, chmod a+r " + powercap
                        + "/intel-rapl:*/energy_uj; or give the watts of a core in cost.watts_per_core";
            case ABSENT -> "give the watts of a core at work in cost.watts_per_core";
        };
        return nvml
                ? new EnergyProbe("on GPUs nvml; on the processor " + processor, remedy)
                : new EnergyProbe(processor, remedy);
    }
}
