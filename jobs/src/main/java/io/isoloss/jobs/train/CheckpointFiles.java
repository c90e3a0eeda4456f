package io.isoloss.jobs.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A folder of checkpoints. A file that it writes appears whole or not at all; until it is whole, its name begins with a dot, that
 * name, and another dot.
 */
public interface CheckpointFiles {

    /** Writes a file's content. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Names of the files that start so, those under way left out unless it is a dot; empty if there are none. */
    List<String> names(String start) throws IOException;

    void write(String name, Content content) throws IOException;

    InputStream open(String name) throws IOException;

    void delete(String name) throws IOException;
}
