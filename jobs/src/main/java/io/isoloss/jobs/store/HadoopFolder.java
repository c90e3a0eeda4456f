package io.isoloss.jobs.store;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import io.isoloss.analysis.runs.Listing;
import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/** On any Hadoop file system, configured by the Hadoop files on the class path. */
record HadoopFolder(String root) implements Folder {
    private static final Set<String> EXCLUSIVE_SCHEMES = Set.of("hdfs", "webhdfs", "swebhdfs", "viewfs");

    /** Read once: Hadoop's files of defaults are long. */
    private static final class Settings {
        static final Configuration READ = new Configuration();
    }

    /** Makes a file whole under a hidden name. */
    @FunctionalInterface
    private interface Making {
        void make(Path hidden) throws IOException;
    }

    @Override
    public void prepare(String subfolder) throws IOException {
        Path folder = new Path(root, subfolder);
        Path probe = new Path(folder, ".probe-" + UUID.randomUUID());
        fileSystem().mkdirs(folder);
        fileSystem().create(probe, false).close();
        fileSystem().delete(probe, false);
    }

    @Override
    public Long freeBytes() throws IOException {
        Path there = new Path(root);
        while (!there.isRoot() && !fileSystem().exists(there)) {
            there = there.getParent();
        }
        Path probe = new Path(there, ".probe-" + UUID.randomUUID());
        fileSystem().create(probe, false).close();
        fileSystem().delete(probe, false);
        long remaining = fileSystem().getStatus(there).getRemaining();
        return remaining == Long.MAX_VALUE ? null : (Long) remaining; // what those say that know no end
    }

    @Override
    public List<String> names(String subfolder) throws IOException {
        Path folder = subfolder.isEmpty() ? new Path(root) : new Path(root, subfolder);
        if (!fileSystem().exists(folder)) {
            return List.of();
        }
        return Arrays.stream(fileSystem().listStatus(folder))
                .map(file -> file.getPath().getName())
                .sorted()
                .toList();
    }

    @Override
    public InputFile file(String subfolder, String name) throws IOException {
        return HadoopInputFile.fromPath(path(subfolder, name), Settings.READ);
    }

    @Override
    public String address(String subfolder, String name) {
        return path(subfolder, name).toString();
    }

    @Override
    public boolean exists(String subfolder, String name) throws IOException {
        return fileSystem().exists(path(subfolder, name));
    }

    /** An object appears whole as its stream is closed; elsewhere a rename takes care of that. */
    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        Path file = path(subfolder, name);
        if (fileSystem().hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM)) {
            whole(fileSystem().create(file, true), content);
        } else {
            place(file, Options.Rename.OVERWRITE, hidden -> synced(hidden, content));
        }
    }

    /** Closes a stream, which makes the object, if all of it was written. */
    private static void whole(FSDataOutputStream out, CheckpointFiles.Content content) throws IOException {
        try {
            content.writeTo(out);
        } catch (IOException | RuntimeException | Error e) {
            if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
                out.abort();
            } else {
                IOUtils.closeStream(out);
            }
            throw e;
        }
        out.close();
    }

    /** HDFS creates and renames exclusively in itself; an object store creates so where it knows conditional writes. */
    @Override
    public boolean create(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        Path file = path(subfolder, name);
        FileSystem fileSystem = fileSystem();
        try {
            if (EXCLUSIVE_SCHEMES.contains(fileSystem.getScheme())) {
                place(file, Options.Rename.NONE, hidden -> synced(hidden, content));
            } else {
                putConditionally(fileSystem, file, content);
            }
            return true;
        } catch (IOException e) { // file systems differ in how they say that it exists, or is being written
            if (fileSystem.exists(file)) {
                return false;
            }
            throw e;
        }
    }

    private static void putConditionally(FileSystem fileSystem, Path file, CheckpointFiles.Content content)
            throws IOException {
        if (!fileSystem.hasPathCapability(file, FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
            throw new IOException("the file system " + fileSystem.getScheme()
                    + ":// cannot create a file exclusively (no conditional writes), so two drivers could train the same"
                    + " trials; give a local path, HDFS, or an object store with conditional writes");
        }
        FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(file);
        builder.recursive().must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
        whole(builder.build(), content);
    }

    /** Whole from the start: who read a file that was only begun was once told by a busy HDFS that no node has its block. */
    @Override
    public boolean mark(String subfolder, String name, byte[] content) throws IOException {
        return create(subfolder, name, out -> out.write(content));
    }

    private void synced(Path hidden, CheckpointFiles.Content content) throws IOException {
        try (FSDataOutputStream out = fileSystem().create(hidden, false)) {
            content.writeTo(out);
            out.hsync();
        }
    }

    /** Makes a file under a hidden name and renames it: it appears whole, or it fails. */
    private void place(Path file, Options.Rename how, Making making) throws IOException {
        Path hidden = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
        try {
            making.make(hidden);
            FileContext.getFileContext(file.toUri(), Settings.READ).rename(hidden, file, how);
        } catch (IOException | RuntimeException | Error e) {
            try {
                fileSystem().delete(hidden, false);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        if (fileSystem().delete(hidden, false)) {
            throw new IOException("the file system said that " + hidden.getName() + " was renamed to " + file.getName()
                    + ", and it was not");
        }
    }

    @Override
    public void rename(String subfolder, String from, String to) throws IOException {
        Path file = path(subfolder, from);
        FileContext.getFileContext(file.toUri(), Settings.READ).rename(file, path(subfolder, to), Options.Rename.NONE);
    }

    @Override
    public InputStream open(String subfolder, String name) throws IOException {
        return fileSystem().open(path(subfolder, name));
    }

    @Override
    public void delete(String subfolder, String name) throws IOException {
        fileSystem().delete(path(subfolder, name), false);
    }

    @Override
    public String put(java.nio.file.Path file, String name) throws IOException {
        Path placed = new Path(root, name);
        place(
                placed,
                Options.Rename.OVERWRITE,
                hidden -> fileSystem().copyFromLocalFile(new Path(file.toUri()), hidden));
        return placed.toString();
    }

    @Override
    public void setAside(String address) throws IOException {
        Path file = new Path(address);
        if (!fileSystem().exists(file)) {
            return;
        }
        FileContext.getFileContext(file.toUri(), Settings.READ)
                .rename(file, new Path(address + Listing.DAMAGED), Options.Rename.OVERWRITE);
    }

    private Path path(String subfolder, String name) {
        return new Path(subfolder.isEmpty() ? new Path(root) : new Path(root, subfolder), name);
    }

    private FileSystem fileSystem() throws IOException {
        try {
            return new Path(root).getFileSystem(Settings.READ);
        } catch (RuntimeException e) { // Hadoop's wrapping of an unknown host, and of a class that is not there
            Throwable cause = e.getCause();
            if (cause instanceof ClassNotFoundException) {
                throw new IOException(
                        "this build has no client of " + new Path(root).toUri().getScheme()
                                + ":// on its class path; for S3 build it with ISOLOSS_MAVEN=-Ps3");
            }
            if (cause instanceof IOException unreachable) {
                throw unreachable;
            }
            throw e;
        }
    }
}
