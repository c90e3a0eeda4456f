package io.isoloss.jobs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.io.TempDir;

class LocalClaimsTest extends ClaimsContract {
    @TempDir
    private Path folder;

    @Override
    String root() {
        return folder.toString();
    }

    @Override
    void touch(String file, long millis) throws IOException {
        Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(millis));
    }
}
