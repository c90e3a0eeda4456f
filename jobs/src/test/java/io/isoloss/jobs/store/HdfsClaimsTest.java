package io.isoloss.jobs.store;

import io.isoloss.jobs.Hdfs;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Hdfs.class)
class HdfsClaimsTest extends ClaimsContract {
    private final String folder = "/" + UUID.randomUUID();

    @Override
    String root() {
        return Hdfs.address(folder);
    }

    @Override
    void touch(String file, long millis) throws IOException {
        Hdfs.fileSystem().setTimes(new Path(folder + "/" + file), millis, millis);
    }
}
