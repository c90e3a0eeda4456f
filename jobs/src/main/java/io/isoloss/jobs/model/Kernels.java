package io.isoloss.jobs.model;

/** Implementations of {@link Operations}, which differ in what they keep beside the arrays of a model. */
public enum Kernels {
    /** Our own, in single precision on a processor. */
    PROCESSOR,

    /** ND4J's, on a GPU. */
    ND4J
}
