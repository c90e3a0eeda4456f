package io.isoloss.jobs.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files of any Hadoop file system, configured by the Hadoop files on the class path. */
final class HadoopFileTree implements FileTree {

    private final Configuration configuration = new Configuration();

    @Override
    public boolean isFolder(String address) throws IOException {
        return fileSystem(address).getFileStatus(new Path(address)).isDirectory();
    }

    @Override
    public List<String> files(String address) throws IOException {
        FileSystem fileSystem = fileSystem(address);
        var files = new ArrayList<String>();
        collect(fileSystem, fileSystem.getFileStatus(new Path(address)), files);
        files.sort(null);
        return files;
    }

    @Override
    public InputStream open(String file) throws IOException {
        return fileSystem(file).open(new Path(file));
    }

    private static void collect(FileSystem fileSystem, FileStatus status, List<String> files) throws IOException {
        if (status.isFile()) {
            files.add(status.getPath().toString());
            return;
        }
        for (FileStatus child : fileSystem.listStatus(status.getPath())) {
            if (!FileTree.isHidden(child.getPath().getName())) {
                collect(fileSystem, child, files);
            }
        }
    }

    private FileSystem fileSystem(String address) throws IOException {
        return new Path(address).getFileSystem(configuration);
    }
}
