package io.isoloss.jobs.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.OptionalLong;

/** What a model of some family looks like: enough to build it, to count its parameters and to price a token. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "family")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TransformerShape.class, name = TransformerFamily.NAME),
    @JsonSubTypes.Type(value = LstmShape.class, name = LstmFamily.NAME),
    @JsonSubTypes.Type(value = Conv1dShape.class, name = Conv1dFamily.NAME),
    @JsonSubTypes.Type(value = MlpShape.class, name = MlpFamily.NAME)
})
public sealed interface ModelShape extends Serializable permits TransformerShape, LayeredShape {

    /** Backward computes a gradient for the input and one for the weight of every product: twice forward. */
    int TRAINING_OVER_FORWARD = 3;

    /** As the runs table calls it. */
    String family();

    /** Columns that stand between layers. */
    int width();

    int layers();

    /** Tokens of a training sequence; a prediction sees no more. */
    int context();

    /** Token ids are below this. */
    int vocabulary();

    /** What a position is predicted as: the vocabulary of a language model, or the classes of a document. */
    int outputs();

    /** Every trained number. */
    long totalParams();

    /** All but the embedding tables, N. */
    long nonEmbeddingParams();

    /** The same with another head. */
    ModelShape withOutputs(int others);

    /** Trained numbers that stand before a layer in the flat vector; with {@link #layers}, all before the head. */
    long paramsBelow(int layer);

    /** Floating-point operations of a forward pass over one token, two for each multiplication with an addition. */
    long forwardFlopsPerToken();

    /** Three times forward, backward being twice forward (Hoffmann et al. 2022, arXiv:2203.15556, appendix F). */
    default long trainingFlopsPerToken() {
        return TRAINING_OVER_FORWARD * forwardFlopsPerToken();
    }

    /** Whether the loss of a sequence depends on the others of its batch. */
    default boolean mixesSequences() {
        return false;
    }

    /**
     * Bytes in single precision that a model of this shape works on beside its weights and gradients, by arithmetic: empty
     * where nothing bounds them.
     *
     * @param batch sequences at once
     * @param trains whether backward follows on forward
     */
    OptionalLong workingBytes(int batch, boolean trains, Kernels kernels);

    /**
     * A new model with initial weights.
     *
     * @param batch sequences of each batch it is given
     * @param seed of the weights; equal seeds give equal bits
     */
    Model create(int batch, long seed);
}
