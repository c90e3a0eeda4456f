package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Checkpoints beside the results: a subfolder of the same folder. */
record StoredCheckpoints(String root, String subfolder) implements CheckpointFiles {

    @Override
    public List<String> names(String start) throws IOException {
        return Folder.at(root).names(subfolder).stream()
                .filter(name -> name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
                .toList();
    }

    @Override
    public void write(String name, Content content) throws IOException {
        Folder.at(root).write(subfolder, name, content);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return Folder.at(root).open(subfolder, name);
    }

    @Override
    public void delete(String name) throws IOException {
        Folder.at(root).delete(subfolder, name);
    }
}
