package io.isoloss.jobs.train;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failure says of the device. CUDA's errors reach us as text: libnd4j ends a message with {@code Error code: [N]}, N
 * being a {@code cudaError_t} of the CUDA Runtime API ("Data types used by CUDA Runtime"), or quotes the error's own string.
 */
enum DeviceFault {
    /** The batch, or the model, does not fit in the heap, off the heap or on the GPU. */
    OUT_OF_MEMORY,

    /** The GPU or its driver failed, whatever ran on it: the next trial would fail there too. */
    BAD_DEVICE,

    /**
     * An illegal address, a failed launch, an assertion on the device and their like: the trial bears them, for NVIDIA's
     * Xid catalogue has what stands behind them, 13, 31 and 43, as faults of the program first (where memory was at fault,
     * the count of ECC errors has risen and tells). After each, "the process must be terminated and relaunched" to use
     * CUDA again (CUDA Runtime API, cudaError_t).
     */
    BROKEN_PROCESS,

    OTHER;

    private static final Pattern CODE = Pattern.compile("(?:error code: \\[|cuda error:? *)(\\d+)");

    /** cudaErrorMemoryAllocation, and the words of JavaCPP, ND4J and cuBLAS for it. */
    private static final List<String> MEMORY = List.of(
            "out of memory",
            "std::bad_alloc",
            "cublas_status_alloc_failed",
            "allocation failed", // libnd4j, of host or device
            "exceeds host device limits",
            "failed to allocate",
            "cannot allocate");

    /**
     * cudaErrorInitializationError, -InsufficientDriver, -DevicesUnavailable, -NoDevice, -InvalidDevice, -StartupFailure,
     * -ECCUncorrectable, -NvlinkUncorrectable, -SystemNotReady, -SystemDriverMismatch, -Unknown.
     */
    private static final List<Integer> DEVICE_CODES = List.of(3, 35, 46, 100, 101, 127, 214, 220, 802, 803, 999);

    private static final List<String> DEVICE = List.of(
            "uncorrectable ecc",
            "uncorrectable nvlink",
            "fallen off the bus", // Xid 79
            "gpu is lost", // NVML
            "busy or unavailable",
            "no cuda-capable device",
            "invalid device ordinal",
            "cuda driver version is insufficient",
            "driver/library version mismatch",
            "system not yet initialized",
            "cuda error: unknown error",
            "cuda error: initialization error");

    /**
     * cudaErrorIllegalAddress, -LaunchTimeout, -Assert, -HardwareStackError, -IllegalInstruction, -MisalignedAddress,
     * -InvalidAddressSpace, -InvalidPc, -LaunchFailure.
     */
    private static final List<Integer> PROCESS_CODES = List.of(700, 702, 710, 714, 715, 716, 717, 718, 719);

    private static final List<String> PROCESS = List.of(
            "cuda error: an illegal memory access",
            "cuda error: device-side assert",
            "cuda error: misaligned address",
            "cuda error: unspecified launch failure");

    static DeviceFault of(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            DeviceFault fault = e instanceof OutOfMemoryError ? OUT_OF_MEMORY : of(String.valueOf(e.getMessage()));
            if (fault != OTHER) {
                return fault;
            }
        }
        return OTHER;
    }

    private static DeviceFault of(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (MEMORY.stream().anyMatch(text::contains)) {
            return OUT_OF_MEMORY;
        }
        boolean cuda = text.contains("cuda") || text.contains("nvlink") || text.contains("gpu") || text.contains("ecc");
        Matcher code = CODE.matcher(text);
        int coded = cuda && code.find() ? Integer.parseInt(code.group(1)) : 0;
        if (DEVICE_CODES.contains(coded) || DEVICE.stream().anyMatch(text::contains)) {
            return BAD_DEVICE;
        }
        return PROCESS_CODES.contains(coded) || PROCESS.stream().anyMatch(text::contains) ? BROKEN_PROCESS : OTHER;
    }

    /** In one line, what the failure of this kind was. */
    String words(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String message = String.valueOf(e.getMessage());
            if ((e instanceof OutOfMemoryError && this == OUT_OF_MEMORY) || of(message) == this) {
                return message.lines().findFirst().orElse(message);
            }
        }
        return String.valueOf(failure);
    }
}
