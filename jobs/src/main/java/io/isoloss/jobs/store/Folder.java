package io.isoloss.jobs.store;

import io.isoloss.analysis.runs.StoredFiles;
import io.isoloss.jobs.corpus.TextPath;
import io.isoloss.jobs.train.CheckpointFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder of one kind of storage. A file that it writes appears whole or not at all. */
interface Folder extends StoredFiles {
    /** Tries at reading a small file that others may write. */
    int READS = 4;

    /** The folder at a local path or at the URI of any Hadoop file system. */
    static Folder at(String address) {
        if (address.startsWith("file:")) { // Hadoop's local file system creates no file exclusively
            return new LocalFolder(Path.of(URI.create(address)).toString());
        }
        return TextPath.isUri(address) ? new HadoopFolder(address) : new LocalFolder(address);
    }

    /** Makes the subfolder if need be, and fails if no file can be made in it. */
    void prepare(String subfolder) throws IOException;

    /**
     * Makes a file in the folder, or in the nearest one above it that there is, deletes it, and says what room is left.
     *
     * @return null where the file system does not tell
     */
    Long freeBytes() throws IOException;

    /** Whether there is such a file. */
    boolean exists(String subfolder, String name) throws IOException;

    /** Writes a file, in place of an earlier one. */
    void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException;

    /** Writes a file unless there is one of its name, and says whether it did; of several that try, one does. */
    boolean create(String subfolder, String name, CheckpointFiles.Content content) throws IOException;

    /** Gives a file another name in its subfolder, at once and in place of none. */
    void rename(String subfolder, String from, String to) throws IOException;

    /**
     * Creates a small file exclusively, as {@link #create} does, but where that is faster without waiting for the disk: its
     * content may come after its name, and a loss of power may take it away.
     */
    boolean mark(String subfolder, String name, byte[] content) throws IOException;

    /** All bytes of a small file; empty if there is none. One that is replaced or deleted meanwhile is read anew. */
    default Optional<byte[]> read(String subfolder, String name) throws IOException {
        for (int tries = 1; ; tries++) {
            try (InputStream in = open(subfolder, name)) {
                return Optional.of(in.readAllBytes());
            } catch (NoSuchFileException | FileNotFoundException e) {
                return Optional.empty();
            } catch (IOException e) { // HDFS: the blocks went with the file that was opened
                if (tries == READS) {
                    throw e;
                }
            }
        }
    }

    /** Names of the files of a subfolder that start so, those under way left out. */
    default List<String> names(String subfolder, String start) throws IOException {
        return names(subfolder).stream()
                .filter(name -> name.startsWith(start) && !name.startsWith("."))
                .toList();
    }

    /** Opens a file; an exception also says that there is none. */
    InputStream open(String subfolder, String name) throws IOException;

    void delete(String subfolder, String name) throws IOException;

    /** Copies a local file to the top of the folder, in place of an earlier one; gives its address. */
    String put(Path file, String name) throws IOException;

    /** Moves a file out of the readers' sight, under its name and {@code .damaged}; nothing if it is not there. */
    void setAside(String address) throws IOException;
}
