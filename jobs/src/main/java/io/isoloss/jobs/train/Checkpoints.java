package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.sweep.Trial;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the last two checkpoints of each run: where the newest is damaged, training goes on from the one before.
 *
 * @param files where they are kept; null to keep none
 * @param everySeconds of training between two
 */
public record Checkpoints(CheckpointFiles files, double everySeconds) {
    public static final Checkpoints NONE = new Checkpoints(null, Double.POSITIVE_INFINITY);

    private static final int GENERATIONS = 2;
    private static final String ENDING = ".checkpoint";

    public Checkpoints {
        if (!(everySeconds > 0)) {
            throw new IllegalArgumentException("Invalid seconds between checkpoints (want positive): " + everySeconds);
        }
    }

    /** Writes a state as the newest generation, and drops all but two. */
    void save(Trial trial, TrainingState state) {
        if (files == null) {
            return;
        }
        try {
            Checkpoint checkpoint = new Checkpoint(trial.spec().canonicalJson(), state);
            files.write("%s-%010d%s".formatted(trial.runId(), state.steps(), ENDING), out -> {
                OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                checkpoint.write(buffered);
                buffered.flush();
            });
            List<String> generations = newestFirst(trial);
            for (String old : generations.subList(Math.min(GENERATIONS, generations.size()), generations.size())) {
                files.delete(old);
            }
        } catch (IOException e) {
            if (TrialInterruptedException.isBehind(e)) {
                throw new TrialInterruptedException(trial, "while a checkpoint was written", e);
            }
            throw failed("Cannot write a checkpoint of trial " + trial.name(), e);
        }
    }

    /**
     * The state to go on from: that of the newest generation which is whole, null if there is none.
     *
     * @param warnings receives a sentence for each file that is not
     */
    TrainingState newest(Trial trial, List<String> warnings) {
        if (files == null) {
            return null;
        }
        try {
            for (String name : newestFirst(trial)) {
                try (InputStream in = new BufferedInputStream(files.open(name), 1 << 16)) {
                    Checkpoint checkpoint = Checkpoint.read(in);
                    if (checkpoint.specification().equals(trial.spec().canonicalJson())) {
                        return checkpoint.state();
                    }
                    warnings.add("checkpoint " + name + " is of another specification; it is not used");
                } catch (IOException e) {
                    warnings.add("checkpoint " + name + " is damaged (" + e.getMessage()
                            + "); the one before it is used, or the first step");
                }
            }
            return null;
        } catch (IOException e) {
            throw failed("Cannot look for checkpoints of trial " + trial.name(), e);
        }
    }

    /** Drops those of a run that has ended, and those that a process left half written when it was killed. */
    public void clear(Trial trial) {
        if (files == null) {
            return;
        }
        try {
            for (String name : newestFirst(trial)) {
                files.delete(name);
            }
            for (String name : files.names("." + trial.runId())) {
                files.delete(name);
            }
        } catch (IOException e) {
            throw failed("Cannot drop the checkpoints of trial " + trial.name(), e);
        }
    }

    private static IsolossException failed(String what, IOException e) {
        return new IsolossException(
                Kind.FAILED,
                what + " (" + IsolossException.cause(e) + "); make room for it and give the same command again",
                e);
    }

    /** Steps have as many digits in every name. */
    private List<String> newestFirst(Trial trial) throws IOException {
        List<String> names = new ArrayList<>(files.names(trial.runId()));
        names.removeIf(name -> !name.endsWith(ENDING));
        names.sort(Comparator.reverseOrder());
        return names;
    }
}
