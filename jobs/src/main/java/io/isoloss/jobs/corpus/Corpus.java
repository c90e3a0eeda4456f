package io.isoloss.jobs.corpus;

import java.io.Serializable;

/**
 * Tokens to train on and tokens to validate on.
 *
 * @param identity what about it can change a result
 * @param vocabulary token ids are below this
 * @param documents what it was made of
 * @param bytesPerToken bytes of text for each token of the validation split, a separator counted as one; null where the
 *     tokens stand for no text
 */
public record Corpus(
        CorpusIdentity identity,
        int vocabulary,
        Tokens train,
        Tokens validation,
        DocumentCounts documents,
        Double bytesPerToken)
        implements Serializable {

    /** Documents of each split, and those left out. */
    public record DocumentCounts(int train, int validation, int duplicatesDropped, int binarySkipped)
            implements Serializable {}

    public Corpus {
        if (identity == null || train == null || validation == null || documents == null || vocabulary < 2) {
            throw new IllegalArgumentException(
                    "Invalid corpus (want an identity, two splits, counts and a vocabulary of at least 2): "
                            + vocabulary);
        }
    }
}
