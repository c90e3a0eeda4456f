package io.isoloss.jobs.model;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A shape made of DL4J layers: token embedding, hidden layers of one width with a choice of normalisation and
 * initialisation, and an output head without bias. Below, d is the width, L the layers, V the vocabulary, K the outputs.
 */
sealed interface LayeredShape extends ModelShape permits LstmShape, Conv1dShape, MlpShape {

    Normalisation normalisation();

    Initialisation initialisation();

    /** Weights of the matrices and biases of all hidden layers, norms left out. */
    long hiddenParams();

    /** Two for each weight of a hidden matrix product. */
    long hiddenFlopsPerToken();

    /** Adds the hidden layers to the embedded tokens. */
    void hidden(LayerChain chain);

    @Override
    default long totalParams() {
        return nonEmbeddingParams() + (long) vocabulary() * width();
    }

    /** All but the token embedding (V d): hidden layers, their gains and shifts, and the head (d K). */
    @Override
    default long nonEmbeddingParams() {
        return hiddenParams() + layers() * normalisation().params(width()) + (long) width() * outputs();
    }

    /** Two for each weight of a matrix product; embedding lookups, norms, activations and softmax are not counted. */
    @Override
    default long forwardFlopsPerToken() {
        return hiddenFlopsPerToken() + 2L * width() * outputs();
    }

    @Override
    default boolean mixesSequences() {
        return normalisation() == Normalisation.BATCH;
    }

    @Override
    default Model create(int batch, long seed) {
        return LayeredModel.create(this, batch, seed, DataType.FLOAT);
    }
}
