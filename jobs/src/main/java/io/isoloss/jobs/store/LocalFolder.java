package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

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
    public Map<String, InputFile> parquetFiles(String subfolder) throws IOException {
        Path folder = Path.of(root, subfolder);
        Map<String, InputFile> files = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                entries.filter(file -> file.getFileName().toString().matches("[^.].*\\.parquet"))
                        .forEach(file -> files.put(file.toString(), new LocalInputFile(file)));
            }
        }
        return files;
    }

    @Override
    public List<String> names(String subfolder, String start) throws IOException {
        Path folder = Path.of(root, subfolder);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(start) && !name.startsWith("."))
                    .toList();
        }
    }

    @Override
    public void write(String subfolder, String name, CheckpointFiles.Content content) throws IOException {
        Path file = Path.of(root, subfolder, name);
        Files.createDirectories(file.getParent());
        Path hidden = file.resolveSibling("." + name + "." + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(hidden);
        }
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
        Path hidden = Path.of(root, "." + name + "." + UUID.randomUUID());
        try {
            Files.write(hidden, Files.readAllBytes(file)); // a copy would keep the permissions of a temporary file
            return Files.move(hidden, Path.of(root, name), StandardCopyOption.ATOMIC_MOVE)
                    .toString();
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    @Override
    public void setAside(String address) throws IOException {
        Files.move(Path.of(address), Path.of(address + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
    }
}
