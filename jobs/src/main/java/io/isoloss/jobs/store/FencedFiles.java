package io.isoloss.jobs.store;

import io.isoloss.jobs.train.CheckpointFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Checkpoints that only the holder of a claim writes and deletes: a driver that lost its trials leaves them alone. */
record FencedFiles(CheckpointFiles files, Claim claim) implements CheckpointFiles {

    @Override
    public List<String> names(String start) throws IOException {
        return files.names(start);
    }

    @Override
    public void write(String name, Content content) throws IOException {
        claim.check();
        files.write(name, content);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return files.open(name);
    }

    @Override
    public void delete(String name) throws IOException {
        claim.check();
        files.delete(name);
    }
}
