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
     * Anything else. Among it an illegal address (700), a launch failure (719) and a device-side assertion (710): NVIDIA's
     * Xid catalogue has what stands behind them, 13, 31 and 43, as faults of the program first, so that the trial bears
     * them, not the GPU; where memory was at fault, the count of ECC errors has risen and tells.
     */
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
        boolean coded = cuda && code.find() && DEVICE_CODES.contains(Integer.parseInt(code.group(1)));
        return coded || DEVICE.stream().anyMatch(text::contains) ? BAD_DEVICE : OTHER;
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
