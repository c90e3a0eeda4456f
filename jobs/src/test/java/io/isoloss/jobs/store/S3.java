package io.isoloss.jobs.store;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The bucket of {@code docs/benchmarks/s3.sh}. */
final class S3 {
    /** System property; without it there is none. */
    static final String ENDPOINT = "isoloss.s3.endpoint";

    private S3() {}

    /** The URI of a folder that is not there yet. */
    static String folder() {
        Configuration.addDefaultResource("s3-site.xml");
        return "s3a://isoloss/" + UUID.randomUUID();
    }

    static FileSystem fileSystem(String folder) throws IOException {
        return new Path(folder).getFileSystem(new Configuration());
    }
}
