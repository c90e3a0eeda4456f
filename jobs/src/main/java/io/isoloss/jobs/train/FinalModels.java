package io.isoloss.jobs.train;

import io.isoloss.analysis.IsolossException;
import io.isoloss.analysis.IsolossException.Kind;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.Init;
import io.isoloss.jobs.sweep.Trial;
import io.isoloss.jobs.sweep.TrialSpec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The weights that runs ended with, as checkpoints of their last step.
 *
 * @param kept where those of this sweep go; null to keep none
 * @param sources where those that runs begin from are
 */
public record FinalModels(CheckpointFiles kept, CheckpointFiles sources) {
    public static final FinalModels NONE = new FinalModels(null, null);

    private static final String ENDING = ".checkpoint";

    void keep(Trial trial, TrainingState state) throws IOException {
        if (kept != null) {
            Checkpoint checkpoint = new Checkpoint(trial.spec().canonicalJson(), state);
            kept.write(trial.runId() + ENDING, out -> {
                OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                checkpoint.write(buffered);
                buffered.flush();
            });
        }
    }

    /**
     * What a trial begins from.
     *
     * @return flat weights: all of the model, or all before its head where its outputs are others
     * @throws IsolossException of kind BAD_INPUT if the run's model is not there, is damaged, or has another shape
     */
    float[] weights(Trial trial) {
        Init init = trial.spec().init();
        Checkpoint checkpoint = read(init.runId());
        ModelShape source = shape(checkpoint, init.runId());
        ModelShape wanted = trial.shape();
        if (!source.withOutputs(wanted.outputs()).equals(wanted)) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot begin trial " + trial.name() + " from run " + init.runId() + ": it is " + source + ", not "
                            + wanted + "; ask the design for that shape");
        }
        float[] weights = checkpoint.state().weights;
        return source.outputs() == wanted.outputs()
                ? weights
                : Arrays.copyOf(weights, Math.toIntExact(wanted.paramsBelow(wanted.layers())));
    }

    /** Fails, as {@link #weights} does, where a trial could not begin. */
    public void check(Iterable<Trial> trials) {
        for (Trial trial : trials) {
            if (trial.spec().init() != null) {
                weights(trial);
            }
        }
    }

    private Checkpoint read(String runId) {
        try (InputStream in = new BufferedInputStream(sources.open(runId + ENDING), 1 << 16)) {
            return Checkpoint.read(in);
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot begin from run " + runId + ": its final model can't be read (" + IsolossException.cause(e)
                            + "); train it with checkpoint.keep_final: true, and name its folder in training.init_from",
                    e);
        }
    }

    private static ModelShape shape(Checkpoint checkpoint, String runId) {
        try {
            return TrialSpec.parse(checkpoint.specification()).shape();
        } catch (IOException e) {
            throw new IsolossException(
                    Kind.BAD_INPUT,
                    "Cannot begin from run " + runId + ": its specification is of another version of Isoloss ("
                            + IsolossException.cause(e) + "); train it again",
                    e);
        }
    }
}
