package io.isoloss.jobs;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk under {@code fault:///}, where the n-th operation that changes anything can be made to fail. Operations
 * are create, write, flush, close, rename, delete and mkdirs; they are counted over the whole process.
 */
public final class FaultFileSystem extends RawLocalFileSystem {
    private static final URI ROOT = URI.create("fault:///");
    private static final List<String> DONE = new ArrayList<>();
    private static Fault next;
    private static int at;
    private static int matched;
    private static Predicate<String> meant = operation -> true;

    /** What goes wrong with an operation. */
    public enum Fault {
        /** The disk is full: nothing of the operation is done. */
        FULL,
        /** The disk fills up on the way: half of the bytes are written; any other operation as with {@link #FULL}. */
        CUT_SHORT,
        /** Done, and reported as failed. */
        REPORTED,
        /** Not done, and not reported: what a rename answers that found something in its way. */
        LOST
    }

    /** For {@code FileContext}. */
    public static final class Context extends DelegateToFileSystem {
        public Context(URI uri, Configuration configuration) throws IOException, URISyntaxException {
            super(uri, new FaultFileSystem(), configuration, ROOT.getScheme(), false);
        }
    }

    public static String address(java.nio.file.Path folder) {
        return ROOT.getScheme() + "://" + folder.toAbsolutePath();
    }

    /** Counts from nothing again, without a fault. */
    public static synchronized void reset() {
        DONE.clear();
        next = null;
        matched = 0;
        meant = operation -> true;
    }

    /** Counts from nothing again, and fails one operation, counted from 0. */
    public static void inject(Fault fault, int operation) {
        inject(fault, operation, any -> true);
    }

    /**
     * Counts from nothing again, and fails one operation.
     *
     * @param operation its number, from 0, among those that are meant
     * @param operations those that are meant, in words
     */
    public static synchronized void inject(Fault fault, int operation, Predicate<String> operations) {
        reset();
        next = fault;
        at = operation;
        meant = operations;
    }

    /** Whether the fault has come. */
    public static synchronized boolean struck() {
        return next != null && matched > at;
    }

    /** Operations since the count began, in words. */
    public static synchronized List<String> operations() {
        return List.copyOf(DONE);
    }

    /** Counts an operation; says how it is to fail, null if it is not. */
    private static synchronized Fault count(String operation, Object subject) {
        String words = operation + " " + subject;
        DONE.add(words);
        return meant.test(words) && matched++ == at ? next : null;
    }

    /** An operation of which nothing is seen from outside until it is done. */
    @FunctionalInterface
    private interface Operation {
        boolean run() throws IOException;
    }

    private static boolean change(String name, Object subject, Operation operation) throws IOException {
        Fault fault = count(name, subject);
        if (fault == null) {
            return operation.run();
        }
        return switch (fault) {
            case FULL, CUT_SHORT -> throw full();
            case REPORTED -> {
                operation.run();
                throw new IOException("connection lost after " + name);
            }
            case LOST -> true;
        };
    }

    private static IOException full() {
        return new IOException("No space left on device");
    }

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public String getScheme() {
        return ROOT.getScheme();
    }

    @Override
    public void initialize(URI uri, Configuration configuration) throws IOException {
        super.initialize(ROOT, configuration);
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        FSDataOutputStream[] made = {null};
        change("create", file, () -> {
            made[0] = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
            return true;
        });
        if (made[0] == null) {
            throw full();
        }
        return new FSDataOutputStream(new Out(made[0], file), null);
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        return create(file, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean hasPathCapability(Path path, String capability) throws IOException {
        return capability.equals(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE) || super.hasPathCapability(path, capability);
    }

    @Override
    public FSDataOutputStreamBuilder<?, ?> createFile(Path file) {
        return new Builder(this, file);
    }

    private static synchronized FSDataOutputStream createNew(FileSystem fileSystem, Path file) throws IOException {
        return fileSystem.create(file, false);
    }

    /** A file that was not there before, or none. */
    private static final class Builder extends FSDataOutputStreamBuilder<FSDataOutputStream, Builder> {
        Builder(FileSystem fileSystem, Path file) {
            super(fileSystem, file);
        }

        @Override
        public Builder getThisBuilder() {
            return this;
        }

        @Override
        public FSDataOutputStream build() throws IOException {
            return createNew(getFS(), getPath());
        }
    }

    /** Hadoop would start a process for it. */
    @Override
    public void setPermission(Path file, FsPermission permission) {}

    /** There are no links; Hadoop would start a process to see. */
    @Override
    public FileStatus getFileLinkStatus(Path file) throws IOException {
        return getFileStatus(file);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        return change("rename", to, () -> super.rename(from, to));
    }

    @Override
    public boolean delete(Path file, boolean recursive) throws IOException {
        return change("delete", file, () -> super.delete(file, recursive));
    }

    @Override
    public boolean mkdirs(Path folder) throws IOException {
        return change("mkdirs", folder, () -> super.mkdirs(folder));
    }

    /** The bytes of a file under way, as they leave the writer's buffer. */
    private static final class Bytes extends OutputStream {
        private final FSDataOutputStream file;
        private final Path path;

        Bytes(FSDataOutputStream file, Path path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            Fault fault = count("write", path);
            if (fault == Fault.FULL || fault == Fault.LOST) { // no disk forgets bytes in silence
                throw full();
            }
            file.write(bytes, from, fault == null ? length : length / 2);
            if (fault != null) {
                file.flush();
                throw full();
            }
        }
    }

    /** A file under way. */
    private static final class Out extends BufferedOutputStream implements Syncable {
        private static final int BUFFER = 4096;

        private final FSDataOutputStream file;
        private final Path path;
        private boolean closed;

        Out(FSDataOutputStream file, Path path) {
            super(new Bytes(file, path), BUFFER);
            this.file = file;
            this.path = path;
        }

        @Override
        public void hflush() throws IOException {
            hsync();
        }

        @Override
        public void hsync() throws IOException {
            flush();
            change("flush", path, () -> {
                file.hsync();
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                flush();
            } finally {
                file.close();
            }
            if (count("close", path) != null) {
                throw full();
            }
        }
    }
}
