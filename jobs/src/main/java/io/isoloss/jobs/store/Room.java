package io.isoloss.jobs.store;

import io.isoloss.analysis.IsolossException;
import java.io.IOException;

/**
 * Whether an output folder could be written.
 *
 * @param freeBytes null where the file system does not tell, as object stores
 * @param failure why it can't be written; null if it can
 */
public record Room(Long freeBytes, String failure) {

    /**
     * Writes and deletes a small file in the folder, or in the nearest one above it that there is.
     *
     * @param root a local path or the URI of any Hadoop file system
     */
    public static Room at(String root) {
        try {
            return new Room(Folder.at(root).freeBytes(), null);
        } catch (IOException | RuntimeException e) { // Hadoop tells of a host or scheme it does not know by the latter
            return new Room(null, IsolossException.cause(e));
        }
    }
}
