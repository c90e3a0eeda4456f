package io.isoloss.jobs.corpus;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Files of this machine, by path or {@code file:} URI. */
final class LocalFileTree implements FileTree {

    @Override
    public boolean isFolder(String address) throws IOException {
        return Files.isDirectory(path(address));
    }

    @Override
    public List<String> files(String address) throws IOException {
        Path root = path(address);
        if (!Files.exists(root)) {
            throw new FileNotFoundException(address);
        }
        var files = new ArrayList<String>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return skips(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!skips(file)) {
                    files.add(file.toString());
                }
                return FileVisitResult.CONTINUE;
            }

            private boolean skips(Path path) {
                return !path.equals(root)
                        && FileTree.isHidden(path.getFileName().toString());
            }
        });
        files.sort(null);
        return files;
    }

    @Override
    public InputStream open(String file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(path(file)), 1 << 16);
    }

    private static Path path(String address) {
        return address.startsWith("file:") ? Path.of(URI.create(address)) : Path.of(address);
    }
}
