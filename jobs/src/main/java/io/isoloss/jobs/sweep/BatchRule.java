package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;

/** How many sequences a step a trial starts with. */
public sealed interface BatchRule extends Serializable permits PowerBatch, DeepSeekBatch {

    /** The same batch for every trial. */
    static BatchRule fixed(int sequences) {
        return new PowerBatch(sequences, 1, 0, sequences, sequences);
    }

    /**
     * Sequences of the first step.
     *
     * @param tokens of the whole training, D
     */
    int sequencesFor(ModelShape shape, double tokens);

    /** The rule in a line, as the runs table has it. */
    String line();

    /** The power of two nearest to a batch in the logarithm, between the bounds. */
    static int powerOfTwo(double wanted, int min, int max) {
        double power = Math.rint(Math.log(wanted) / Math.log(2));
        double rounded = Math.pow(2, Math.min(power, 30));
        return (int) Math.max(min, Math.min(max, rounded));
    }
}
