package io.isoloss.jobs.model;

import java.io.Serializable;

/**
 * The shape of a decoder-only transformer: RMS pre-norm without gains, no biases, learned positions, a ReLU MLP four times
 * the width, and an output head that is not tied to the token embedding.
 *
 * <p>Below, d is the width, L the layers, T the context and V the vocabulary.
 *
 * @param width residual stream, d
 * @param layers blocks, L
 * @param heads attention heads; they divide the width
 * @param context tokens that a prediction can see, T
 * @param vocabulary token ids, V
 */
public record TransformerShape(int width, int layers, int heads, int context, int vocabulary) implements Serializable {

    /** Backward computes a gradient for the input and one for the weight of every product: twice forward. */
    private static final int TRAINING_OVER_FORWARD = 3;

    public TransformerShape {
        if (width < 1 || layers < 1 || heads < 1 || context < 1 || vocabulary < 2) {
            throw new IllegalArgumentException("Invalid transformer (want width, layers, heads, context >= 1 and"
                    + " vocabulary >= 2): width " + width + ", layers " + layers + ", heads " + heads + ", context "
                    + context + ", vocabulary " + vocabulary);
        }
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "Invalid transformer (heads must divide the width): width " + width + ", heads " + heads);
        }
    }

    public int headWidth() {
        return width / heads;
    }

    /** Every trained number: {@link #nonEmbeddingParams} and the tables of tokens (V d) and positions (T d). */
    public long totalParams() {
        return nonEmbeddingParams() + (long) vocabulary * width + (long) context * width;
    }

    /**
     * All but the two embedding tables, N: blocks and the output head. A block has 4 d² of attention and 8 d² of MLP; the
     * head has d V.
     *
     * <p>The head counts because it multiplies every token, as Porian et al. 2024 (arXiv:2406.19146) advise; Kaplan et
     * al. 2020 leave it out.
     */
    public long nonEmbeddingParams() {
        return layers * weightsPerBlock() + (long) width * vocabulary;
    }

    /**
     * Two for each weight of a matrix product, and 4 T d L for attention: scores and weighted values are computed as
     * full T by T matrices, the masked half included. Embedding lookups, norms, activations and softmax are not counted.
     */
    public long forwardFlopsPerToken() {
        long products = 2 * (layers * weightsPerBlock() + (long) width * vocabulary);
        long attention = 4L * context * width * layers;
        return products + attention;
    }

    /**
     * Three times forward, backward being twice forward (Hoffmann et al. 2022, arXiv:2203.15556, appendix F). Against the
     * usual 6N this adds 12 T d L for attention.
     */
    public long trainingFlopsPerToken() {
        return TRAINING_OVER_FORWARD * forwardFlopsPerToken();
    }

    private long weightsPerBlock() {
        return 12L * width * width;
    }
}
