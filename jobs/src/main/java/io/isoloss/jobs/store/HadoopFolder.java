package io.isoloss.jobs.store;

import io.isoloss.analysis.runs.Listing;
import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/** On any Hadoop file system, configured by the Hadoop files on the class path. */
record HadoopFolder(String root) implements Folder {
    /** Hadoop parses its files anew for each, which takes longer than to read a small file. */
    private static final Configuration CONFIGURATION = new Configuration();

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
        return HadoopInputFile.fromPath(path(subfolder, name), CONFIGURATION);
    }

    @Override
    public String address(String subfolder, String name) {
        return path(subfolder, name).toString();
    }

    @Override
    public boolean exists(String subfolder, String name) throws IOException {
        return fileSystem().exists(path(subfolder, name));
    }

    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        place(subfolder, name, content, Options.Rename.OVERWRITE);
    }

    /** The rename of HDFS is exclusive. */
    @Override
    public boolean create(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        try {
            place(subfolder, name, content, Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private void place(String subfolder, String name, CheckpointFiles.Content content, Options.Rename how)
            throws IOException {
        Path file = path(subfolder, name);
        Path hidden = new Path(file.getParent(), "." + name + "." + UUID.randomUUID());
        try {
            try (FSDataOutputStream out = fileSystem().create(hidden, false)) {
                content.writeTo(out);
                out.hsync();
            }
            FileContext.getFileContext(file.toUri(), CONFIGURATION).rename(hidden, file, how);
        } finally {
            fileSystem().delete(hidden, false);
        }
    }

    @Override
    public void rename(String subfolder, String from, String to) throws IOException {
        Path file = path(subfolder, from);
        FileContext.getFileContext(file.toUri(), CONFIGURATION).rename(file, path(subfolder, to), Options.Rename.NONE);
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
        Path hidden = new Path(root, "." + name + "." + UUID.randomUUID());
        Path placed = new Path(root, name);
        try {
            fileSystem().copyFromLocalFile(new Path(file.toUri()), hidden);
            FileContext.getFileContext(placed.toUri(), CONFIGURATION).rename(hidden, placed, Options.Rename.OVERWRITE);
        } finally {
            fileSystem().delete(hidden, false);
        }
        return placed.toString();
    }

    @Override
    public void setAside(String address) throws IOException {
        Path file = new Path(address);
        if (!fileSystem().exists(file)) {
            return;
        }
        FileContext.getFileContext(file.toUri(), CONFIGURATION)
                .rename(file, new Path(address + Listing.DAMAGED), Options.Rename.OVERWRITE);
    }

    private Path path(String subfolder, String name) {
        return new Path(subfolder.isEmpty() ? new Path(root) : new Path(root, subfolder), name);
    }

    private FileSystem fileSystem() throws IOException {
        return new Path(root).getFileSystem(CONFIGURATION);
    }
}
