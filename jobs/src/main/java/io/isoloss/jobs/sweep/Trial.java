package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;

/**
 * One model to train.
 *
 * @param sweep name of the sweep, no part of the identity
 * @param name for people; unique in its sweep and no part of the identity
 * @param spec all that can change the result
 * @param budgetFlops the IsoFLOP budget it belongs to, in the design's convention; null where the design has none
 * @param learningRateRule how the peak learning rate was chosen, in a line; null if by hand
 * @param batchRule how the batch was chosen, in a line; null if by hand
 */
public record Trial(
        String sweep, String name, TrialSpec spec, Double budgetFlops, String learningRateRule, String batchRule)
        implements Serializable {

    public Trial {
        if (name == null || name.isBlank() || spec == null) {
            throw new IllegalArgumentException("Invalid trial (want a name and a specification): " + name);
        }
        if (budgetFlops != null && !(budgetFlops > 0 && Double.isFinite(budgetFlops))) {
            throw new IllegalArgumentException("Invalid budget FLOPs (want finite and positive): " + budgetFlops);
        }
    }

    /** With a recipe chosen by hand. */
    public Trial(String sweep, String name, TrialSpec spec, Double budgetFlops) {
        this(sweep, name, spec, budgetFlops, null, null);
    }

    public String runId() {
        return spec.runId();
    }

    public ModelShape shape() {
        return spec.shape();
    }

    public Recipe recipe() {
        return spec.recipe();
    }

    /** N: all but the embedding tables. */
    public long nonEmbeddingParams() {
        return shape().nonEmbeddingParams();
    }

    public long totalParams() {
        return shape().totalParams();
    }

    /** D: tokens predicted in training, counted again when seen again. */
    public long tokens() {
        return (long) recipe().steps() * recipe().batchSequences() * shape().context();
    }

    public double tokensPerParam() {
        return (double) tokens() / nonEmbeddingParams();
    }

    public double flops6nd() {
        return FlopsConvention.SIX_ND.trainingFlopsPerToken(shape()) * tokens();
    }

    public double flopsExact() {
        return FlopsConvention.EXACT.trainingFlopsPerToken(shape()) * tokens();
    }
}
