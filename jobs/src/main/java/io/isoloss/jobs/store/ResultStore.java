package io.isoloss.jobs.store;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.TrainedTrial;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The results of sweeps: {@code runs/ID.parquet} and {@code curves/ID.parquet} for each trial, ID being its run id. What
 * is done is what these files say.
 *
 * @param root a local path or the URI of any Hadoop file system
 */
public record ResultStore(String root) implements Serializable {
    private static final String RUNS = "runs";
    private static final String CURVES = "curves";
    private static final String MODELS = "models";
    private static final String CHECKPOINTS = "checkpoints";

    /**
     * Makes the folder ready to be written.
     *
     * @throws IsolossException of kind BAD_INPUT if it can't be written
     */
    public void prepare() {
        try {
            folder().prepare(RUNS);
            folder().prepare(CURVES);
        } catch (IOException
                | RuntimeException e) { // Hadoop tells of a host or scheme that it does not know by the latter
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot write to the output folder '" + root + "' (" + IsolossException.cause(e)
                            + "); give one that you may write to with --out",
                    e);
        }
    }

    /** Writes the curve, then the run: a run in the table always has its curve. */
    public void write(TrainedTrial trained) throws IOException {
        String name = trained.run().id() + ".parquet";
        write(ParquetTable.CURVES, CURVES, name, trained.curve());
        write(ParquetTable.RUNS, RUNS, name, List.of(trained.run()));
    }

    /** Writes imported runs as one file named by an id; they have no curves. */
    public void write(String id, List<Run> runs) throws IOException {
        write(ParquetTable.RUNS, RUNS, id + ".parquet", runs);
    }

    /** All runs in the store, none if it is new; those in damaged files are left out and reported. */
    public RunTable read() {
        try {
            return RunTable.read(folder().parquetFiles(RUNS), Map.of());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Takes damaged files out of the way of the trials that will write them again. */
    public void setAside(List<Problem> damaged) {
        try {
            for (Problem problem : damaged) {
                folder().setAside(problem.source());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Copies a local file into the folder, in place of an earlier one, and says where it now is. */
    public String put(Path file, String name) {
        try {
            return folder().put(file, name);
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot write '" + root + "/" + name + "' (" + IsolossException.cause(e)
                            + "); make room for it and give the same command again",
                    e);
        }
    }

    /** Where training leaves its checkpoints. */
    public CheckpointFiles checkpoints() {
        return new StoredCheckpoints(root, CHECKPOINTS);
    }

    /** Where final models are kept. */
    public CheckpointFiles models() {
        return new StoredCheckpoints(root, MODELS);
    }

    private <T extends Record> void write(ParquetTable<T> table, String subfolder, String name, List<T> rows)
            throws IOException {
        byte[] bytes = table.bytes(rows);
        folder().write(subfolder, name, out -> out.write(bytes));
    }

    private Folder folder() {
        return Folder.at(root);
    }

    private IsolossException unreadable(IOException e) {
        return new IsolossException(
                Kind.FAILED, "Cannot read the results in '" + root + "': " + IsolossException.cause(e), e);
    }
}
