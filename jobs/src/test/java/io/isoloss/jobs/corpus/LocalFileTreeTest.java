package io.isoloss.jobs.corpus;

import java.nio.file.Path;

class LocalFileTreeTest extends FileTreeContract {

    @Override
    FileTree tree() {
        return new LocalFileTree();
    }

    @Override
    String address(Path path) {
        return path.toString();
    }
}
