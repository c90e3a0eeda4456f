package io.isoloss.jobs.store;

import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
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
    public Map<String, InputFile> parquetFiles(String subfolder) throws IOException {
        Path folder = new Path(root, subfolder);
        Map<String, InputFile> files = new TreeMap<>();
        if (fileSystem().exists(folder)) {
            for (FileStatus file : fileSystem().listStatus(folder)) {
                if (file.getPath().getName().matches("[^.].*\\.parquet")) {
                    files.put(file.getPath().toString(), HadoopInputFile.fromStatus(file, Settings.READ));
                }
            }
        }
        return files;
    }

    @Override
    public <T extends Record> void write(ParquetTable<T> table, String subfolder, String name, List<T> rows)
            throws IOException {
        place(
                new Path(new Path(root, subfolder), name),
                hidden -> table.write(HadoopOutputFile.fromPath(hidden, Settings.READ), rows));
    }

    /** Makes a file under a hidden name and renames it: it appears whole, or it fails. */
    private void place(Path file, Making making) throws IOException {
        Path hidden = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
        try {
            making.make(hidden);
            FileContext.getFileContext(file.toUri(), Settings.READ).rename(hidden, file, Options.Rename.OVERWRITE);
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
    public List<String> names(String subfolder, String start) throws IOException {
        Path folder = new Path(root, subfolder);
        if (!fileSystem().exists(folder)) {
            return List.of();
        }
        return Arrays.stream(fileSystem().listStatus(folder))
                .map(file -> file.getPath().getName())
                .filter(name -> name.startsWith(start) && !name.startsWith("."))
                .toList();
    }

    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        place(new Path(new Path(root, subfolder), name), hidden -> {
            try (FSDataOutputStream out = fileSystem().create(hidden, false)) {
                content.writeTo(out);
                out.hsync();
            }
        });
    }

    @Override
    public boolean create(String subfolder, String name, byte[] content) throws IOException {
        Path file = new Path(new Path(root, subfolder), name);
        try (FSDataOutputStream out = exclusive(file)) {
            out.write(content);
            return true;
        } catch (IOException e) { // file systems differ in how they say that it exists, or is being written
            if (fileSystem().exists(file)) {
                return false;
            }
            throw e;
        }
    }

    /** HDFS creates exclusively in itself; an object store where it knows conditional writes. */
    private FSDataOutputStream exclusive(Path file) throws IOException {
        FileSystem fileSystem = fileSystem();
        if (EXCLUSIVE_SCHEMES.contains(fileSystem.getScheme())) {
            return fileSystem.create(file, false);
        }
        if (fileSystem.hasPathCapability(file, FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
            FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(file);
            builder.recursive().must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
            return builder.build();
        }
        throw new UnsupportedOperationException("the file system " + fileSystem.getScheme()
                + ":// cannot create a file exclusively (no conditional writes), so two drivers could train the same"
                + " trials; give a local path, HDFS, or an object store with conditional writes");
    }

    @Override
    public InputStream open(String subfolder, String name) throws IOException {
        return fileSystem().open(new Path(new Path(root, subfolder), name));
    }

    @Override
    public boolean exists(String subfolder, String name) throws IOException {
        return fileSystem().exists(new Path(new Path(root, subfolder), name));
    }

    @Override
    public void delete(String subfolder, String name) throws IOException {
        fileSystem().delete(new Path(new Path(root, subfolder), name), false);
    }

    @Override
    public String put(java.nio.file.Path file, String name) throws IOException {
        Path placed = new Path(root, name);
        place(placed, hidden -> fileSystem().copyFromLocalFile(new Path(file.toUri()), hidden));
        return placed.toString();
    }

    @Override
    public void setAside(String address) throws IOException {
        Path file = new Path(address);
        FileContext.getFileContext(file.toUri(), Settings.READ)
                .rename(file, new Path(address + ".damaged"), Options.Rename.OVERWRITE);
    }

    private FileSystem fileSystem() throws IOException {
        return new Path(root).getFileSystem(Settings.READ);
    }
}
