package io.isoloss.jobs.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Objects;

/**
 * One thing looked at.
 *
 * @param found what is there, in words
 * @param remedy what to do; null where all is well
 */
public record Check(String name, Status status, String found, String remedy) {
    /** How bad it is. */
    public enum Status {
        OK,
        /** Trials run, but slower, or some number of theirs is worth less. */
        WARNING,
        /** Trials can't run, or their results can't be kept. */
        PROBLEM;

        /** Lower-case, as people and JSON read it. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Check {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(found, "found");
        if ((status == Status.OK) != (remedy == null)) {
            throw new IllegalArgumentException(
                    "Invalid check '" + name + "' (want a remedy where something is wrong, and only there): " + remedy);
        }
    }

    static Check ok(String name, String found) {
        return new Check(name, Status.OK, found, null);
    }

    static Check warning(String name, String found, String remedy) {
        return new Check(name, Status.WARNING, found, remedy);
    }

    static Check problem(String name, String found, String remedy) {
        return new Check(name, Status.PROBLEM, found, remedy);
    }
}
