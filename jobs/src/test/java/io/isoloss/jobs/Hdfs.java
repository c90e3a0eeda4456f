package io.isoloss.jobs;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.server.namenode.EditLogFileOutputStream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** A real HDFS of one node, started for the first test class that extends with this and shut down after the last. */
public final class Hdfs implements BeforeAllCallback {
    private static FileSystem fileSystem;

    private record Cluster(MiniDFSCluster hdfs) implements AutoCloseable {
        static Cluster start() {
            EditLogFileOutputStream.setShouldSkipFsyncForTesting(true); // no test outlives a loss of power
            try {
                return new Cluster(new MiniDFSCluster.Builder(new Configuration(), new File("target/hdfs")).build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            hdfs.shutdown(true);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        fileSystem = context.getRoot()
                .getStore(Namespace.create(Hdfs.class))
                .computeIfAbsent(Cluster.class, key -> Cluster.start(), Cluster.class)
                .hdfs()
                .getFileSystem();
    }

    public static FileSystem fileSystem() {
        return fileSystem;
    }

    /** The URI of an absolute path. */
    public static String address(String path) {
        return fileSystem.getUri() + path;
    }
}
