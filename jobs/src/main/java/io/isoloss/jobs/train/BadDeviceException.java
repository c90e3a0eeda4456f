package io.isoloss.jobs.train;

/** A GPU that fails whatever runs on it: nothing more should be trained there until it was looked after. */
public final class BadDeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String device;
    private final String reason;

    /**
     * A device that failed.
     *
     * @param reason what it or its driver said, in a line
     * @param cause null if nothing was thrown
     */
    public BadDeviceException(Device device, String reason, Throwable cause) {
        super(
                "Cannot train on " + device.words() + ": " + reason
                        + "; take it out of the cluster until nvidia-smi -q and the kernel's log (Xid) show what it has",
                cause);
        this.device = device.words();
        this.reason = reason;
    }

    /** As the provenance of a run has it. */
    public String device() {
        return device;
    }

    public String reason() {
        return reason;
    }
}
