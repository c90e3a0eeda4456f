package io.isoloss.jobs.corpus;

import java.io.Serializable;

/**
 * A file or folder of text.
 *
 * @param address a local path or the URI of any Hadoop file system
 * @param sha256 what the file's bytes must hash to, hex; null where anything will do
 */
public record TextPath(String address, String sha256) implements Serializable {

    public TextPath {
        if (address == null || address.isBlank()) {
            throw new IllegalArgumentException("Invalid corpus path: it is empty");
        }
        if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Invalid sha256 of '" + address + "' (want 64 hex digits): " + sha256);
        }
    }

    /** Whether an address has a scheme, such as {@code hdfs:} or {@code file:}; one letter is a Windows drive. */
    public static boolean isUri(String address) {
        return address.matches("[A-Za-z][A-Za-z0-9+.-]+:.*");
    }
}
