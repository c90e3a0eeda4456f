package io.isoloss.jobs.model;

import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A shape made of DL4J layers: token embedding, hidden layers of one width with a choice of normalisation and
 * initialisation, and an output head without bias. Below, d is the width, L the layers, V the vocabulary, K the outputs.
 */
sealed interface LayeredShape extends ModelShape permits LstmShape, Conv1dShape, MlpShape {

    Normalisation normalisation();

    Initialisation initialisation();

    /** Weights of the matrices and biases of one hidden layer, counted from 0, its norm left out. */
    long layerParams(int layer);

    /** Two for each weight of a hidden matrix product. */
    long hiddenFlopsPerToken();

    /** Numbers of the arrays that a hidden layer lays out in training, its norm left out. */
    long trainingNumbers(int batch, Kernels kernels);

    /** Likewise without backward. */
    long scoringNumbers(int batch, Kernels kernels);

    /** Tokens that one convolution spans; 0 without any. */
    int span();

    /** Batch normalisation leaves arrays to the collector at every step: their sum has no bound. */
    @Override
    default OptionalLong workingBytes(int batch, boolean trains, Kernels kernels) {
        if (normalisation() == Normalisation.BATCH) {
            return OptionalLong.empty();
        }
        LayeredMemory memory = new LayeredMemory(this, batch, kernels);
        return OptionalLong.of(Float.BYTES * (trains ? memory.training() : memory.scoring()));
    }

    /** Adds the hidden layers to the embedded tokens. */
    void hidden(LayerChain chain);

    @Override
    default long totalParams() {
        return nonEmbeddingParams() + (long) vocabulary() * width();
    }

    /** All but the token embedding (V d): hidden layers, their gains and shifts, and the head (d K). */
    @Override
    default long nonEmbeddingParams() {
        return IntStream.range(0, layers()).mapToLong(this::layerParams).sum()
                + layers() * normalisation().params(width())
                + (long) width() * outputs();
    }

    /** Running statistics of batch normalisation stand among them. */
    @Override
    default long paramsBelow(int layer) {
        long norm = normalisation().params(width()) + normalisation().statistics(width());
        return (long) vocabulary() * width()
                + IntStream.range(0, layer).mapToLong(this::layerParams).sum()
                + layer * norm;
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
