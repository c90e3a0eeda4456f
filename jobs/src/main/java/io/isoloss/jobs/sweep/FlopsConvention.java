package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;

/** How the compute C of a training run is counted. */
public enum FlopsConvention {
    /** C = 6 N D with N without embeddings (Kaplan et al. 2020, arXiv:2001.08361). */
    SIX_ND,
    /** Every matrix product and attention over the context: {@link ModelShape#trainingFlopsPerToken}. */
    EXACT;

    public double trainingFlopsPerToken(ModelShape shape) {
        return switch (this) {
            case SIX_ND -> 6.0 * shape.nonEmbeddingParams();
            case EXACT -> shape.trainingFlopsPerToken();
        };
    }
}
