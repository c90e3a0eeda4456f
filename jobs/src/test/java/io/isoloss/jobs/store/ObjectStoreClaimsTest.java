package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.FaultFileSystem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind Hadoop's FileSystem, where the store writes conditionally. */
class ObjectStoreClaimsTest extends ClaimsContract {
    @TempDir
    private Path folder;

    @Override
    String root() {
        return FaultFileSystem.address(folder);
    }

    @Override
    void touch(String file, long millis) throws IOException {
        Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(millis));
    }

    @Test
    void storesWithoutConditionalWritesAreRefused() {
        ResultStore store = new ResultStore("plain://" + folder);
        assertThatThrownBy(() -> Claims.open(store, new Heartbeat(1), () -> Pulse.Progress.NONE))
                .isInstanceOf(IsolossException.class)
                .hasMessage("Cannot claim trials in 'plain://" + folder
                        + "': IOException: the file system plain:// cannot create a file"
                        + " exclusively (no conditional writes), so two drivers could train the same trials; give a local"
                        + " path, HDFS, or an object store with conditional writes");
    }

    /** One that does not. */
    public static final class PlainFileSystem extends RawLocalFileSystem {
        @Override
        public String getScheme() {
            return "plain";
        }

        @Override
        public URI getUri() {
            return URI.create("plain:///");
        }
    }
}
