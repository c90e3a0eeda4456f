package io.isoloss.jobs.train;

import io.isoloss.jobs.model.Kernels;
import io.isoloss.jobs.model.ModelShape;
import io.isoloss.jobs.sweep.InferenceLoad;
import io.isoloss.jobs.sweep.Trial;
import java.util.OptionalLong;

/** Predicts the most bytes that the arrays of a trial take at once, its batch computed whole; asks no device. */
public final class TrialMemory {
    /** Weights, gradients and two moments. */
    private static final int FLAT_VECTORS = 4;

    private TrialMemory() {}

    /**
     * Training, and what is the most of evaluation, serving and going on from a checkpoint. Context, code and workspaces of a
     * GPU's driver and libraries come on top.
     *
     * @param load that the trained model is tried under
     * @return empty for a trial in a mode of several devices, and where the model's arrays have no bound
     */
    public static OptionalLong bytes(Trial trial, InferenceLoad load, Kernels kernels) {
        ModelShape shape = trial.shape();
        OptionalLong working = shape.workingBytes(trial.recipe().batchSequences(), true, kernels);
        if (trial.spec().mode() != null || working.isEmpty()) {
            return OptionalLong.empty();
        }
        long flat = Float.BYTES * shape.totalParams();
        int served = load.seconds() == 0 ? 0 : load.batchSequences();
        long scoring = shape.workingBytes(Math.max(Evaluation.BATCH, served), false, kernels)
                .orElseThrow();
        return OptionalLong.of(working.getAsLong() + vectors(trial, kernels) * flat + Math.max(scoring, flat));
    }

    /** Like the weights. */
    private static int vectors(Trial trial, Kernels kernels) {
        int update = kernels == Kernels.ND4J ? 1 : 0;
        boolean sums = trial.recipe().batchGrowth() != null || TrialEnding.noiseBatches(trial) > 0;
        boolean freezes = trial.spec().init() != null && trial.spec().init().layers() != null;
        return FLAT_VECTORS + update + (sums ? 1 : 0) + (freezes ? 1 : 0);
    }
}
