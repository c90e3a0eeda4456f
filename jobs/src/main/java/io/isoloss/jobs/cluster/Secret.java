package io.isoloss.jobs.cluster;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Something that only some may know. Comes from the environment or a file alone, and never prints itself. */
public final class Secret {
    /** Of the cluster: driver, master, workers and executors know it. */
    public static final String SPARK = "ISOLOSS_SPARK_SECRET";

    /** Of those who may look at the pages of Spark. */
    public static final String PAGES = "ISOLOSS_UI_SECRET";

    /** What to do where it is missing or in a wrong place. */
    public static final String REMEDY = "put the secret into the environment variable " + SPARK
            + ", or the name of a file that" + " holds it into " + SPARK + "_FILE";

    private static final int FEWEST_CHARACTERS = 16;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Looks in the variable {@code name}, then in the file that {@code name_FILE} names.
     *
     * @param environment gives the value of a variable, or null
     * @return empty if neither variable is set
     * @throws IsolossException of kind BAD_INPUT if it can't be read or is easily guessed
     */
    public static Optional<Secret> named(String name, UnaryOperator<String> environment) {
        String value = environment.apply(name);
        String file = environment.apply(name + "_FILE");
        if (value == null && file == null) {
            return Optional.empty();
        }
        if (value == null) {
            try {
                value = Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw new IsolossException(
                        Kind.BAD_INPUT,
                        "Cannot read the secret of " + name + "_FILE from '" + file + "': " + IsolossException.cause(e)
                                + "; name a file that holds it alone",
                        e);
            }
        }
        if (value.length() < FEWEST_CHARACTERS) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot use the secret of " + name + ": it has " + value.length() + " characters, want at least "
                            + FEWEST_CHARACTERS + "; make one with: openssl rand -hex 32");
        }
        return Optional.of(new Secret(value));
    }

    /** For the one place that needs it. */
    public String reveal() {
        return value;
    }

    /** In a time that tells nothing of where they differ. */
    boolean matches(String other) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
