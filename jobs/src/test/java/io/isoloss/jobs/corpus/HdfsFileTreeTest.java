package io.isoloss.jobs.corpus;

import io.isoloss.jobs.Hdfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Hdfs.class)
class HdfsFileTreeTest extends FileTreeContract {

    @Override
    FileTree tree() {
        return new HadoopFileTree();
    }

    /** The copy of a local path on HDFS, under the same path. */
    @Override
    String address(Path path) {
        var copy = new org.apache.hadoop.fs.Path(path.toString());
        try {
            Hdfs.fileSystem().mkdirs(copy.getParent());
            if (Files.exists(path)) {
                Hdfs.fileSystem().copyFromLocalFile(new org.apache.hadoop.fs.Path(path.toUri()), copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Hdfs.address(path.toString());
    }
}
