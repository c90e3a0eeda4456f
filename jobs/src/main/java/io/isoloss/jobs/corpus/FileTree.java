package io.isoloss.jobs.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The files of one kind of storage. */
interface FileTree {

    /** Local addresses go through the JDK, which starts in no time; all others through Hadoop. */
    static FileTree holding(String address) {
        return TextPath.isUri(address) && !address.startsWith("file:") ? new HadoopFileTree() : new LocalFileTree();
    }

    boolean isFolder(String address) throws IOException;

    /** All files below a folder, or the file itself, sorted; names that start with a dot or an underscore are left out. */
    List<String> files(String address) throws IOException;

    InputStream open(String file) throws IOException;

    static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }
}
