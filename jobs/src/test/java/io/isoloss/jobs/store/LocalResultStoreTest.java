package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LocalResultStoreTest extends ResultStoreContract {

    @Override
    String root() {
        return local.resolve("results").toString();
    }

    @Override
    List<String> names(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(root(), folder))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Override
    byte[] read(String file) throws IOException {
        return Files.readAllBytes(Path.of(root(), file));
    }

    @Override
    void write(String file, byte[] bytes) throws IOException {
        Path path = Path.of(root(), file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    /** A temporary file is for its owner alone; what is put is for all who may see the folder. */
    @Test
    void givesAFileTheUsualPermissions() throws IOException {
        Path temporary = Files.createTempFile(local, "page", ".html");
        Path usual = Files.writeString(local.resolve("usual"), "");
        Path placed = Path.of(new ResultStore(root()).put(temporary, "report.html"));
        assertThat(Files.getPosixFilePermissions(placed)).isEqualTo(Files.getPosixFilePermissions(usual));
    }
}
