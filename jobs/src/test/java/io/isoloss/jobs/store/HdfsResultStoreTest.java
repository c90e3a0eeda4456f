package io.isoloss.jobs.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isoloss.analysis.IsolossException;
import io.isoloss.jobs.Hdfs;
import java.io.IOException;
import java.security.PrivilegedAction;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Hdfs.class)
class HdfsResultStoreTest extends ResultStoreContract {
    private final String folder = "/" + UUID.randomUUID();

    @Override
    String root() {
        return Hdfs.address(folder);
    }

    /** Few: that each write is such a moment, the local tests show. */
    @Override
    int writesBetweenStops() {
        return 5;
    }

    @Override
    List<String> names(String subfolder) throws IOException {
        FileStatus[] entries = Hdfs.fileSystem().listStatus(new Path(folder + "/" + subfolder));
        return Stream.of(entries).map(entry -> entry.getPath().getName()).toList();
    }

    @Override
    byte[] read(String file) throws IOException {
        try (var in = Hdfs.fileSystem().open(new Path(folder, file))) {
            return in.readAllBytes();
        }
    }

    @Override
    void write(String file, byte[] bytes) throws IOException {
        try (FSDataOutputStream out = Hdfs.fileSystem().create(new Path(folder, file))) {
            out.write(bytes);
        }
    }

    @Test
    void refusesTheFolderOfAnotherUser() {
        UserGroupInformation.createRemoteUser("guest").doAs((PrivilegedAction<Void>) () -> {
            assertThatThrownBy(new ResultStore(root())::prepare)
                    .isInstanceOf(IsolossException.class)
                    .message()
                    .startsWith("Cannot write to the output folder '" + root() + "' (")
                    .contains("Permission denied: user=guest, access=WRITE")
                    .endsWith("); give one that you may write to with --out")
                    .hasLineCount(1);
            return null;
        });
    }
}
