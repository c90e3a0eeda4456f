package io.isoloss.jobs.store;

import io.isoloss.analysis.runs.ParquetTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    public <T extends Record> void write(ParquetTable<T> table, String subfolder, String name, List<T> rows)
            throws IOException {
        table.write(Path.of(root, subfolder, name), rows);
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
