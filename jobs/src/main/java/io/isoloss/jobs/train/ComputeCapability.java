package io.isoloss.jobs.train;

import java.io.Serializable;
import java.util.Comparator;

/** What machine code an NVIDIA GPU runs: 8.0 is that of the A100 (CUDA C++ Programming Guide, "Compute Capabilities"). */
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability>, Serializable {
    private static final Comparator<ComputeCapability> ORDER =
            Comparator.comparingInt(ComputeCapability::major).thenComparingInt(ComputeCapability::minor);

    public ComputeCapability {
        if (major < 1 || minor < 0 || minor > 9) {
            throw new IllegalArgumentException(
                    "Invalid compute capability (want one such as 8.0): " + major + "." + minor);
        }
    }

    /** NVIDIA's name of the architecture. */
    public String architecture() {
        return switch (major) {
            case 1 -> "Tesla";
            case 2 -> "Fermi";
            case 3 -> "Kepler";
            case 5 -> "Maxwell";
            case 6 -> "Pascal";
            case 7 -> minor < 5 ? "Volta" : "Turing";
            case 8 -> minor < 9 ? "Ampere" : "Ada";
            case 9 -> "Hopper";
            case 10, 11, 12 -> "Blackwell";
            default -> "unknown architecture";
        };
    }

    @Override
    public int compareTo(ComputeCapability other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
