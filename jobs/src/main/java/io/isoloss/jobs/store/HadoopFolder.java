package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/** On any Hadoop file system, configured by the Hadoop files on the class path. */
record HadoopFolder(String root) implements Folder {

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
                    files.put(file.getPath().toString(), HadoopInputFile.fromStatus(file, new Configuration()));
                }
            }
        }
        return files;
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
        Path file = new Path(new Path(root, subfolder), name);
        Path hidden = new Path(file.getParent(), "." + name + "." + UUID.randomUUID());
        try {
            try (FSDataOutputStream out = fileSystem().create(hidden, false)) {
                content.writeTo(out);
                out.hsync();
            }
            FileContext.getFileContext(file.toUri()).rename(hidden, file, Options.Rename.OVERWRITE);
        } finally {
            fileSystem().delete(hidden, false);
        }
    }

    @Override
    public InputStream open(String subfolder, String name) throws IOException {
        return fileSystem().open(new Path(new Path(root, subfolder), name));
    }

    @Override
    public void delete(String subfolder, String name) throws IOException {
        fileSystem().delete(new Path(new Path(root, subfolder), name), false);
    }

    @Override
    public String put(java.nio.file.Path file, String name) throws IOException {
        Path hidden = new Path(root, "." + name + "." + UUID.randomUUID());
        Path placed = new Path(root, name);
        try {
            fileSystem().copyFromLocalFile(new Path(file.toUri()), hidden);
            FileContext.getFileContext(placed.toUri()).rename(hidden, placed, Options.Rename.OVERWRITE);
        } finally {
            fileSystem().delete(hidden, false);
        }
        return placed.toString();
    }

    @Override
    public void setAside(String address) throws IOException {
        Path file = new Path(address);
        FileContext.getFileContext(file.toUri()).rename(file, new Path(address + ".damaged"), Options.Rename.OVERWRITE);
    }

    private FileSystem fileSystem() throws IOException {
        return new Path(root).getFileSystem(new Configuration());
    }
}
