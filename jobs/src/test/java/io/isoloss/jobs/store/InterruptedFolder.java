package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.io.InputFile;

/** A folder that stops its user after so many changes, or does something else first when a file is created. */
final class InterruptedFolder implements Folder {
    private final Folder folder;
    private final Interruption beforeCreate;
    private int changesLeft;

    /** Something else that happens. */
    @FunctionalInterface
    interface Interruption {
        void happen() throws IOException;
    }

    InterruptedFolder(Folder folder, int changes, Interruption beforeCreate) {
        this.folder = folder;
        this.beforeCreate = beforeCreate;
        this.changesLeft = changes;
    }

    InterruptedFolder(Folder folder, int changes) {
        this(folder, changes, () -> {});
    }

    InterruptedFolder(Folder folder, Interruption beforeCreate) {
        this(folder, Integer.MAX_VALUE, beforeCreate);
    }

    private void change() {
        if (changesLeft-- == 0) {
            throw new UncheckedIOException(new IOException("stopped"));
        }
    }

    @Override
    public boolean create(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        change();
        beforeCreate.happen();
        return folder.create(subfolder, name, content);
    }

    @Override
    public boolean mark(String subfolder, String name, byte[] content) throws IOException {
        change();
        return folder.mark(subfolder, name, content);
    }

    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        change();
        folder.write(subfolder, name, content);
    }

    @Override
    public void rename(String subfolder, String from, String to) throws IOException {
        change();
        folder.rename(subfolder, from, to);
    }

    @Override
    public void delete(String subfolder, String name) throws IOException {
        change();
        folder.delete(subfolder, name);
    }

    @Override
    public void setAside(String address) throws IOException {
        change();
        folder.setAside(address);
    }

    @Override
    public void prepare(String subfolder) throws IOException {
        folder.prepare(subfolder);
    }

    @Override
    public Long freeBytes() throws IOException {
        return folder.freeBytes();
    }

    @Override
    public boolean exists(String subfolder, String name) throws IOException {
        return folder.exists(subfolder, name);
    }

    @Override
    public InputStream open(String subfolder, String name) throws IOException {
        return folder.open(subfolder, name);
    }

    @Override
    public String put(Path file, String name) throws IOException {
        return folder.put(file, name);
    }

    @Override
    public List<String> names(String subfolder) throws IOException {
        return folder.names(subfolder);
    }

    @Override
    public InputFile file(String subfolder, String name) throws IOException {
        return folder.file(subfolder, name);
    }

    @Override
    public String address(String subfolder, String name) {
        return folder.address(subfolder, name);
    }
}
