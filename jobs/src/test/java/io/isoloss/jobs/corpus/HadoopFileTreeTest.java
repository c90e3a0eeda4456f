package io.isoloss.jobs.corpus;

import java.nio.file.Path;

/** Through Hadoop's own local file system, which speaks the same interface as HDFS and object stores. */
class HadoopFileTreeTest extends FileTreeContract {

    @Override
    FileTree tree() {
        return new HadoopFileTree();
    }

    @Override
    String address(Path path) {
        return "file://" + path;
    }
}
