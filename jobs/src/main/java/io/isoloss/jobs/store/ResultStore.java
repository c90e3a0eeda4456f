package io.isoloss.jobs.store;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.analysis.runs.CurvePoint;
import io.isoloss.analysis.runs.CurveTable;
import io.isoloss.analysis.runs.Listing;
import io.isoloss.analysis.runs.Manifest;
import io.isoloss.analysis.runs.ParquetTable;
import io.isoloss.analysis.runs.Problem;
import io.isoloss.analysis.runs.Run;
import io.isoloss.analysis.runs.RunTable;
import io.isoloss.analysis.runs.StoredFiles;
import io.isoloss.jobs.train.CheckpointFiles;
import io.isoloss.jobs.train.TrainedTrial;
import io.isoloss.jobs.train.meter.MeterReading;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The results of sweeps: {@code runs/ID.parquet} and {@code curves/ID.parquet} for each trial, ID being its run id, and the
 * parts into which they are compacted. What is done is what these files say.
 *
 * @param root a local path or the URI of any Hadoop file system
 */
public record ResultStore(String root) implements Serializable {
    private static final String RUNS = Listing.RUNS;
    private static final String CURVES = Listing.CURVES;
    private static final int LEAST_LOOSE = 200;
    static final int RUNS_A_PART = 10_000;
    /** Some 30 MB. */
    static final int POINTS_A_FILE = 500_000;

    private static final String MODELS = "models";
    static final String CHECKPOINTS = "checkpoints";

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

    /**
     * Writes the curve, then the run: a run in the table always has its curve.
     *
     * @throws IOException that says which result could not be written
     */
    public void write(TrainedTrial trained) throws IOException {
        String name = trained.run().id() + ".parquet";
        try {
            write(ParquetTable.CURVES, CURVES, name, trained.curve());
            write(ParquetTable.RUNS, RUNS, name, List.of(trained.run()));
        } catch (IOException e) {
            throw new IOException(
                    "Cannot write the result of run " + trained.run().id() + " to '" + root + "' ("
                            + IsolossException.cause(e) + "); make room for it and give the same command again",
                    e);
        }
    }

    /** Writes imported runs as one file named by an id; they have no curves. */
    public void write(String id, List<Run> runs) throws IOException {
        write(ParquetTable.RUNS, RUNS, id + ".parquet", runs);
    }

    /** All runs in the store, none if it is new; those in damaged files are left out and reported. */
    public RunTable read() {
        try {
            return RunTable.read(folder());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Whether the store holds a run: in a loose file of its name, or in a part. Cheaper than {@link #read()}; an imported run
     * counts once it is compacted.
     */
    public boolean contains(String runId) {
        try {
            if (folder().exists(RUNS, runId + ".parquet")) {
                return true;
            }
            Listing listing = Listing.manifest(folder());
            if (!listing.problems().isEmpty()) {
                return read().runs().stream().anyMatch(run -> run.id().equals(runId));
            }
            for (Manifest.Part part : listing.parts()) {
                if (part.runIds().contains(runId)) {
                    return folder().exists(RUNS, part.runs().name());
                }
            }
            return false;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Takes over from another store what it has of some runs: those that completed.
     *
     * @return their ids
     */
    public Set<String> reuse(ResultStore other, Set<String> runIds) throws IOException {
        List<Run> runs = other.read().runs().stream()
                .filter(run -> run.completed() && runIds.contains(run.id()))
                .toList();
        Map<String, List<CurvePoint>> curves = CurveTable.read(other.folder(), runIds).points().stream()
                .collect(Collectors.groupingBy(CurvePoint::runId));
        for (Run run : runs) {
            write(new TrainedTrial(run, curves.getOrDefault(run.id(), List.of()), MeterReading.NOTHING, List.of()));
        }
        return runs.stream().map(Run::id).collect(Collectors.toSet());
    }

    /** The result of a trial that {@link #write} has just written. */
    public Run run(String runId) throws IOException {
        String name = runId + ".parquet";
        return ParquetTable.RUNS
                .read(folder().address(RUNS, name), folder().file(RUNS, name))
                .get(0);
    }

    /**
     * Folds the files of single trials into larger ones, where there are at least {@value #LEAST_LOOSE} of them or one that
     * repeats a compacted run. Any number of processes may do so, and train and read meanwhile.
     *
     * @throws IsolossException of kind FAILED if a compacted file that must be written again is damaged
     */
    public Compacted compact() {
        try {
            return new Compaction(folder(), RUNS_A_PART, POINTS_A_FILE).run(LEAST_LOOSE);
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.FAILED,
                    "Cannot compact the results in '" + root + "' (" + IsolossException.cause(e)
                            + "); nothing is lost, the next compaction goes on",
                    e);
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

    /** Where the holder of a claim leaves checkpoints. */
    public CheckpointFiles checkpoints(Claim claim) {
        return new FencedFiles(checkpoints(), claim);
    }

    /** Names of the checkpoints of some runs. */
    public Set<String> checkpointsOf(Set<String> runIds) throws IOException {
        Set<String> names = new HashSet<>();
        for (String runId : runIds) {
            names.addAll(checkpoints().names(runId));
        }
        return names;
    }

    /** Where final models are kept. */
    public CheckpointFiles models() {
        return new StoredCheckpoints(root, MODELS);
    }

    /** The files behind the tables, for who reads them only. */
    public StoredFiles files() {
        return folder();
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
