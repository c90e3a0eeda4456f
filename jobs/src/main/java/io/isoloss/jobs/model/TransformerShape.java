package io.isoloss.jobs.model;

import java.util.OptionalLong;

/**
 * The shape of a decoder-only transformer: RMS pre-norm without gains, no biases, learned positions, a ReLU MLP four times
 * the width, and an output head that is not tied to the token embedding.
 *
 * <p>Below, d is the width, L the layers, T the context, V the vocabulary and K the outputs.
 *
 * @param width residual stream, d
 * @param layers blocks, L
 * @param heads attention heads; they divide the width
 * @param context tokens that a prediction can see, T
 * @param vocabulary token ids, V
 * @param outputs what a position is predicted as, K: V next tokens, or the classes of a document
 */
public record TransformerShape(int width, int layers, int heads, int context, int vocabulary, int outputs)
        implements ModelShape {

    public TransformerShape {
        if (width < 1 || layers < 1 || heads < 1 || context < 1 || vocabulary < 2 || outputs < 2) {
            throw new IllegalArgumentException("Invalid transformer (want width, layers, heads, context >= 1,"
                    + " vocabulary and outputs >= 2): width " + width + ", layers " + layers + ", heads " + heads
                    + ", context " + context + ", vocabulary " + vocabulary + ", outputs " + outputs);
        }
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "Invalid transformer (heads must divide the width): width " + width + ", heads " + heads);
        }
    }

    /** A language model. */
    public TransformerShape(int width, int layers, int heads, int context, int vocabulary) {
        this(width, layers, heads, context, vocabulary, vocabulary);
    }

    @Override
    public String family() {
        return TransformerFamily.NAME;
    }

    @Override
    public OptionalLong workingBytes(int batch, boolean trains, Kernels kernels) {
        TransformerMemory memory = new TransformerMemory(this, batch, kernels);
        return OptionalLong.of(Float.BYTES * (trains ? memory.training() : memory.scoring()));
    }

    @Override
    public Model create(int batch, long seed) {
        return Transformer.create(this, batch, seed);
    }

    public int headWidth() {
        return width / heads;
    }

    /** Every trained number: {@link #nonEmbeddingParams} and the tables of tokens (V d) and positions (T d). */
    @Override
    public long totalParams() {
        return nonEmbeddingParams() + (long) vocabulary * width + (long) context * width;
    }

    /**
     * All but the two embedding tables, N: blocks and the output head. A block has 4 d² of attention and 8 d² of MLP; the
     * head has d K.
     *
     * <p>The head counts because it multiplies every token, as Porian et al. 2024 (arXiv:2406.19146) advise; Kaplan et
     * al. 2020 leave it out.
     */
    @Override
    public long nonEmbeddingParams() {
        return layers * weightsPerBlock() + (long) width * outputs;
    }

    @Override
    public TransformerShape withOutputs(int others) {
        return new TransformerShape(width, layers, heads, context, vocabulary, others);
    }

    @Override
    public long paramsBelow(int layer) {
        return totalParams() - nonEmbeddingParams() + layer * weightsPerBlock();
    }

    /**
     * Two for each weight of a matrix product, and 4 T d L for attention: scores and weighted values are computed as
     * full T by T matrices, the masked half included. Embedding lookups, norms, activations and softmax are not counted.
     */
    @Override
    public long forwardFlopsPerToken() {
        long products = 2 * (layers * weightsPerBlock() + (long) width * outputs);
        long attention = 4L * context * width * layers;
        return products + attention;
    }

    private long weightsPerBlock() {
        return 12L * width * width;
    }
}
