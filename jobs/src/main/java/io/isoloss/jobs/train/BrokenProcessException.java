package io.isoloss.jobs.train;

/** The trial left CUDA in a state in which nothing more can be computed by this process. */
public final class BrokenProcessException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A process that must end.
     *
     * @param reason what the device or its driver said, in a line
     */
    public BrokenProcessException(Device device, String reason, Throwable cause) {
        super("Cannot train any more in this process on " + device.words() + ": " + reason, cause);
    }
}
