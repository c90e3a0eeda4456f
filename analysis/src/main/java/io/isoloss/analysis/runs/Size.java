package io.isoloss.analysis.runs;

/**
 * N and D in single units; doubles, because tables that give C and N alone make D = C/(6N).
 *
 * @param totalParams every trained parameter
 * @param nonEmbeddingParams blocks and output head, without input and position embeddings
 * @param tokens training tokens seen, repeats included
 * @param uniqueTokens distinct training tokens
 */
public record Size(Double totalParams, Double nonEmbeddingParams, Double tokens, Double uniqueTokens) {
    public static final Size NONE = new Size(null, null, null, null);

    public Size {
        Measured.positive("total_params", totalParams);
        Measured.positive("non_embedding_params", nonEmbeddingParams);
        Measured.positive("tokens", tokens);
        Measured.positive("unique_tokens", uniqueTokens);
    }
}
