package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The native library that computes: which one is a choice of the class path, {@code -Pcuda} or not.
 *
 * @param name in words, with what it runs on
 */
public record Backend(String name, boolean cuda) {
    /** Machine code in nd4j-cuda-11.6 1.0.0-M2.1, by cuobjdump; it holds no PTX that a driver could compile for others. */
    static final ComputeCapability OLDEST = new ComputeCapability(3, 7);

    static final ComputeCapability NEWEST = new ComputeCapability(8, 6);

    /** What the CUDA backend holds, in words. */
    public static final String CODE = "machine code for compute capabilities " + OLDEST + " to " + NEWEST
            + " (Kepler to Ampere; Ada, 8.9, runs that of 8.6) and none that later GPUs could run";

    /** What to do on a GPU that the CUDA backend does not run on. */
    public static final String INSTEAD =
            "train on the processor (build without -Pcuda), or on an A100, A10, L4, L40 or RTX 30 or 40";

    /**
     * What is on the class path.
     *
     * @throws LinkageError if it can't be loaded
     */
    public static Backend here() {
        String found = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend", "unknown");
        boolean cuda = found.toUpperCase(Locale.ROOT).contains("CUDA");
        return new Backend((cuda ? "nd4j-cuda-11.6" : "nd4j-native") + " (" + found + ")", cuda);
    }

    /** Whether the CUDA backend runs on such a GPU: code for 8.6 also runs on later ones of the same major number, 8.9. */
    public static boolean runsOn(ComputeCapability capability) {
        return capability.compareTo(OLDEST) >= 0 && capability.major() <= NEWEST.major();
    }

    /**
     * Lets pass the GPUs that the CUDA backend runs on.
     *
     * @throws IsolossException of kind UNSUPPORTED for another
     */
    public void check(Device.Gpu gpu) {
        if (!runsOn(gpu.capability())) {
            throw new IsolossException(
                    Kind.UNSUPPORTED,
                    "Cannot train on " + gpu.words() + ": nd4j-cuda-11.6 holds " + CODE + "; " + INSTEAD);
        }
    }

    /** Has this thread compute on the device. */
    void use(Device device) {
        if (device instanceof Device.Gpu gpu) {
            Nd4j.getAffinityManager().unsafeSetDevice(gpu.ordinal());
        }
    }
}
