package io.isoloss.jobs.train.meter;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's management library, which comes with the driver ({@code nvml.h}; NVML API Reference, "Device Queries").
 * Functions return 0 if they succeed.
 */
final class Nvml {
    private static final int UNCORRECTED = 1; // nvmlMemoryErrorType_t
    private static final int VOLATILE = 0; // nvmlEccCounterType_t: since the driver was loaded
    private static final double MILLI = 1e-3;
    private static final double PERCENT = 100;
    private static final String LIBRARY = "libnvidia-ml.so.1";

    /** The functions that we call. */
    interface Functions extends Library {
        int nvmlInit_v2();

        int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

        /** Millijoules since the driver was loaded; Volta and later. */
        int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference millijoules);

        int nvmlDeviceGetUtilizationRates(Pointer device, Rates rates);

        /** Errors of one kind over all memories of the GPU. */
        int nvmlDeviceGetTotalEccErrors(Pointer device, int errorType, int counterType, LongByReference count);
    }

    /** {@code nvmlUtilization_t}: percent of the last sample period in which a kernel ran, or memory was moved. */
    public static final class Rates extends Structure {
        public int gpu;
        public int memory;

        @Override
        protected List<String> getFieldOrder() {
            return List.of("gpu", "memory");
        }
    }

    private final Functions functions;
    private final Pointer device;

    private Nvml(Functions functions, Pointer device) {
        this.functions = functions;
        this.device = device;
    }

    /** Opens a GPU by its index; empty without library or GPU. */
    static Optional<Nvml> open(int ordinal) {
        try {
            return open(Native.loadLibrary(LIBRARY, Functions.class), ordinal);
        } catch (LinkageError e) { // no library of this name, or JNA has none for this platform
            return Optional.empty();
        }
    }

    static Optional<Nvml> open(Functions functions, int ordinal) {
        PointerByReference device = new PointerByReference();
        boolean found = functions.nvmlInit_v2() == 0 && functions.nvmlDeviceGetHandleByIndex_v2(ordinal, device) == 0;
        return found ? Optional.of(new Nvml(functions, device.getValue())) : Optional.empty();
    }

    /** Joules since the driver was loaded; null if the GPU has no counter. */
    Double joules() {
        LongByReference millijoules = new LongByReference();
        int failed = functions.nvmlDeviceGetTotalEnergyConsumption(device, millijoules);
        return failed != 0 ? null : (Double) (millijoules.getValue() * MILLI);
    }

    /** Share of the last sample period (a sixth of a second to a second) in which a kernel ran; null if not told. */
    Double utilisation() {
        Rates rates = new Rates();
        return functions.nvmlDeviceGetUtilizationRates(device, rates) != 0 ? null : (Double) (rates.gpu / PERCENT);
    }

    /** Memory errors that ECC could not correct, since the driver was loaded; null if the GPU does not count them. */
    Long uncorrectedErrors() {
        LongByReference count = new LongByReference();
        int failed = functions.nvmlDeviceGetTotalEccErrors(device, UNCORRECTED, VOLATILE, count);
        return failed != 0 ? null : (Long) count.getValue();
    }
}
