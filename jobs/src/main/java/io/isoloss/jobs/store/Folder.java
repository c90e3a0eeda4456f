package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.InputFile;

/** A folder of one kind of storage. A file that it writes appears whole or not at all. */
interface Folder {

    /** The folder at a local path or at the URI of any Hadoop file system. */
    static Folder at(String address) {
        return address.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? new HadoopFolder(address) : new LocalFolder(address);
    }

    /** Makes the subfolder if need be, and fails if no file can be made in it. */
    void prepare(String subfolder) throws IOException;

    /**
     * Makes a file in the folder, or in the nearest one above it that there is, deletes it, and says what room is left.
     *
     * @return null where the file system does not tell
     */
    Long freeBytes() throws IOException;

    /** Parquet files of a subfolder by address, sorted; empty if there is no such subfolder. */
    Map<String, InputFile> parquetFiles(String subfolder) throws IOException;

    /** Names of the files of a subfolder that start so, hidden ones left out; empty if there is no such subfolder. */
    List<String> names(String subfolder, String start) throws IOException;

    /** Writes a file, in place of an earlier one. */
    void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException;

    InputStream open(String subfolder, String name) throws IOException;

    void delete(String subfolder, String name) throws IOException;

    /** Copies a local file to the top of the folder, in place of an earlier one; gives its address. */
    String put(Path file, String name) throws IOException;

    /** Moves a file out of the readers' sight, under its name and {@code .damaged}. */
    void setAside(String address) throws IOException;
}
