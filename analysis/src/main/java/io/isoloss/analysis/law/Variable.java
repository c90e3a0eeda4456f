package io.isoloss.analysis.law;

/** What a law predicts from, or predicts: a column of the runs table. */
public enum Variable {
    /** N, single parameters. */
    PARAMS,
    /** D, single training tokens, repeats included. */
    TOKENS,
    /** C, training FLOPs. */
    FLOPS,
    /** U, distinct training tokens. */
    UNIQUE_TOKENS,
    /** Share of the weights that are zero, 0 to 1. */
    SPARSITY,
    /** Bits of a weight in training. */
    TRAINING_BITS,
    /** Bits of a weight after training, as it is served. */
    SERVING_BITS,
    /** Loss of the teacher of a distilled model, nats a token. */
    TEACHER_LOSS,
    /** Validation loss, nats a token. */
    LOSS,
    /** Error on downstream tasks, 0 to 1. */
    ERROR
}
