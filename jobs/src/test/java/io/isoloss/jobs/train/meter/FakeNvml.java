package io.isoloss.jobs.train.meter;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/** A machine with one GPU, whose counters are set by hand. */
final class FakeNvml implements Nvml.Functions {
    private static final int NOT_SUPPORTED = 3;
    private static final int INVALID_ARGUMENT = 2;

    long millijoules;
    int percent;
    boolean energyCounter = true;
    Long uncorrectedErrors; // null without ECC

    @Override
    public int nvmlInit_v2() {
        return 0;
    }

    @Override
    public int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device) {
        return index == 0 ? 0 : INVALID_ARGUMENT;
    }

    @Override
    public int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference value) {
        value.setValue(millijoules);
        return energyCounter ? 0 : NOT_SUPPORTED;
    }

    @Override
    public int nvmlDeviceGetUtilizationRates(Pointer device, Nvml.Rates rates) {
        rates.gpu = percent;
        return 0;
    }

    @Override
    public int nvmlDeviceGetTotalEccErrors(Pointer device, int errorType, int counterType, LongByReference count) {
        if (uncorrectedErrors == null || errorType != 1 || counterType != 0) {
            return NOT_SUPPORTED;
        }
        count.setValue(uncorrectedErrors);
        return 0;
    }
}
