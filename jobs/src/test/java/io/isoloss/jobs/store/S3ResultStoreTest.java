package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = S3.ENDPOINT, matches = ".+")
class S3ResultStoreTest extends ResultStoreContract {
    private final String folder = S3.folder();

    @Override
    String root() {
        return folder;
    }

    @Override
    int writesBetweenStops() {
        return 5;
    }

    @Override
    List<String> names(String subfolder) throws IOException {
        FileStatus[] entries = S3.fileSystem(folder).listStatus(new Path(folder + "/" + subfolder));
        return Stream.of(entries).map(entry -> entry.getPath().getName()).toList();
    }

    @Override
    byte[] read(String file) throws IOException {
        try (FSDataInputStream in = S3.fileSystem(folder).open(new Path(folder, file))) {
            return in.readAllBytes();
        }
    }

    @Override
    void write(String file, byte[] bytes) throws IOException {
        try (FSDataOutputStream out = S3.fileSystem(folder).create(new Path(folder, file), true)) {
            out.write(bytes);
        }
    }

    /** It knows no end. */
    @Override
    @Test
    void tellsTheRoomOfAFolderToBeAndLeavesNothing() throws IOException {
        Room room = Room.at(folder + "/runs/none/yet");
        assertThat(room.failure()).isNull();
        assertThat(room.freeBytes()).isNull();
        assertThat(names("runs")).isEmpty();
    }

    /** Below a file as well as elsewhere, but in no bucket that there is not. */
    @Override
    @Test
    void tellsWhyAPlaceCannotBeWritten() {
        assertThat(Room.at("s3a://no-such-bucket/results").failure()).isNotBlank();
    }
}
