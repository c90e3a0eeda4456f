package io.isoloss.analysis;

/** A failure whose message is meant for the user: what could not be done, the value, what would work. */
public final class IsolossException extends RuntimeException {
    /** What went wrong, as the exit code of a command tells it. */
    public enum Kind {
        /** The surroundings failed: a file, a disk, a damaged input. */
        FAILED(1),
        /** The input or its use is wrong; the user can mend it. */
        BAD_INPUT(2),
        /** The input is sound, and cannot support the answer that was asked for. */
        UNSUPPORTED(3);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        /** The exit code of a command that ends with this kind. */
        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    public IsolossException(Kind kind, String message) {
        this(kind, message, null);
    }

    public IsolossException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** In one line, for a message, what is behind an exception; Hadoop's go on with the trace of another machine. */
    public static String cause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String name = root.getClass().getSimpleName();
        return root.getMessage() == null || root.getMessage().isBlank()
                ? name
                : name + ": " + root.getMessage().lines().findFirst().orElseThrow();
    }
}
