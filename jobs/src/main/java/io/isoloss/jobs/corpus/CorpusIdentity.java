package io.isoloss.jobs.corpus;

import java.io.Serializable;

/**
 * What about a corpus can change a result.
 *
 * @param digest SHA-256, hex, over the documents and the split
 * @param tokenizer name and version of the tokenizer
 * @param validationFraction share of documents held out
 */
public record CorpusIdentity(String digest, String tokenizer, double validationFraction) implements Serializable {

    public CorpusIdentity {
        if (digest == null || !digest.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Invalid corpus digest (want 64 hex digits): " + digest);
        }
        if (tokenizer == null || tokenizer.isBlank()) {
            throw new IllegalArgumentException("Invalid corpus identity: no tokenizer");
        }
        if (!(validationFraction > 0 && validationFraction < 1)) {
            throw new IllegalArgumentException(
                    "Invalid validation fraction (want between 0 and 1): " + validationFraction);
        }
    }
}
