package io.isoloss.jobs.train;

import io.isoloss.jobs.model.ModelShape;
import java.util.List;
import java.util.stream.IntStream;

/** How many sequences of a batch are computed at once: all, until memory runs out. */
final class MicroBatch {
    private final int batch;
    private final boolean mixes;
    private int sequences;
    private String tight; // what is to be said of it; null while there was room

    MicroBatch(ModelShape shape, int batch) {
        this.batch = batch;
        this.mixes = shape.mixesSequences();
        this.sequences = batch;
    }

    int sequences() {
        return sequences;
    }

    /** Sequences that an evaluation takes at once. */
    int evaluated() {
        if (tight == null) {
            return Evaluation.BATCH;
        }
        return mixes ? 1 : Math.min(Evaluation.BATCH, sequences);
    }

    /**
     * Takes less at once from now on: the largest part of the batch that is at most half of the present one. A batch that
     * can't be parted gets one more try, with an evaluation of one sequence at a time, if it may have been that.
     *
     * @param evaluating whether it was an evaluation that ran out of memory
     * @return false if there is nothing left to try
     */
    boolean shrink(String cause, boolean evaluating) {
        boolean parted = batch > 1 && !mixes;
        if (parted ? sequences == 1 : tight != null || (mixes && !evaluating)) {
            return false;
        }
        String before = "it ran out of memory with " + sequences + " sequences at once (" + cause + "); ";
        if (parted) {
            sequences = IntStream.iterate(sequences / 2, part -> part - 1)
                    .filter(part -> batch % part == 0)
                    .findFirst()
                    .orElseThrow();
        }
        tight = before
                + (parted
                        ? "trained with micro-batches of " + sequences + ", to the same result but for rounding"
                        : "evaluated one sequence at a time");
        return true;
    }

    /** Why there was nothing left to try. */
    String why() {
        return mixes
                ? "not tried in smaller parts: batch normalisation takes its statistics over the sequences that are computed at"
                        + " once, so that the result would be another"
                : "one sequence at a time did not fit either";
    }

    /** Sentences for the user. */
    List<String> warnings() {
        return tight == null ? List.of() : List.of(tight);
    }
}
