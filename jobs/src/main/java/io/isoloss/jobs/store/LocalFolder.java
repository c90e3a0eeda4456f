package io.isoloss.jobs.store;

import io.isoloss.analysis.runs.Listing;
import io.isoloss.analysis.runs.StoredFiles;
import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.io.InputFile;

/** On a disk that this machine mounts. */
record LocalFolder(String root) implements Folder {

    @Override
    public void prepare(String subfolder) throws IOException {
        Path folder = Files.createDirectories(Path.of(root, subfolder));
        Files.delete(Files.createTempFile(folder, ".probe", null));
    }

    @Override
    public Long freeBytes() throws IOException {
        Path there = Path.of(root).toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        Files.delete(Files.createTempFile(there, ".probe-", ""));
        return Files.getFileStore(there).getUsableSpace();
    }

    @Override
    public List<String> names(String subfolder) throws IOException {
        return StoredFiles.local(Path.of(root)).names(subfolder);
    }

    @Override
    public InputFile file(String subfolder, String name) throws IOException {
        return StoredFiles.local(Path.of(root)).file(subfolder, name);
    }

    @Override
    public String address(String subfolder, String name) {
        return StoredFiles.local(Path.of(root)).address(subfolder, name);
    }

    @Override
    public boolean exists(String subfolder, String name) {
        return Files.exists(Path.of(root, subfolder, name));
    }

    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        Path file = Path.of(root, subfolder, name);
        place(file, content, hidden -> Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public boolean mark(String subfolder, String name, byte[] content) throws IOException {
        Path file = Path.of(root, subfolder, name);
        Files.createDirectories(file.getParent());
        try {
            Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** A hard link is exclusive, and the file behind it whole. */
    @Override
    public boolean create(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        Path file = Path.of(root, subfolder, name);
        try {
            place(file, content, hidden -> Files.createLink(file, hidden));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Gives a whole file its name. */
    @FunctionalInterface
    private interface Naming {
        void name(Path hidden) throws IOException;
    }

    private static void place(Path file, CheckpointFiles.Content content, Naming naming) throws IOException {
        Files.createDirectories(file.getParent());
        Path hidden = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            naming.name(hidden);
            try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                folder.force(true); // the name too
            }
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    @Override
    public void rename(String subfolder, String from, String to) throws IOException {
        Files.move(Path.of(root, subfolder, from), Path.of(root, subfolder, to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public InputStream open(String subfolder, String name) throws IOException {
        return Files.newInputStream(Path.of(root, subfolder, name));
    }

    @Override
    public void delete(String subfolder, String name) throws IOException {
        Files.deleteIfExists(Path.of(root, subfolder, name));
    }

    @Override
    public String put(Path file, String name) throws IOException {
        write("", name, out -> Files.copy(file, out));
        return Path.of(root, name).toString();
    }

    @Override
    public void setAside(String address) throws IOException {
        if (Files.exists(Path.of(address))) {
            Files.move(Path.of(address), Path.of(address + Listing.DAMAGED), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
