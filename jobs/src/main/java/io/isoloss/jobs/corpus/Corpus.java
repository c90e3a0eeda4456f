package io.isoloss.jobs.corpus;

import java.io.Serializable;
import java.util.List;

/**
 * Tokens to train on and tokens to validate on.
 *
 * @param identity what about it can change a result
 * @param vocabulary token ids are below this
 * @param documents what it was made of
 * @param classes of the documents, position by position; null where they have none
 * @param bytesPerToken bytes of text for each token of the validation split, a separator counted as one; null where the
 *     tokens stand for no text
 */
public record Corpus(
        CorpusIdentity identity,
        int vocabulary,
        Tokens train,
        Tokens validation,
        DocumentCounts documents,
        Classes classes,
        Double bytesPerToken)
        implements Serializable {

    /** Documents of each split, and those left out. */
    public record DocumentCounts(int train, int validation, int duplicatesDropped, int binarySkipped)
            implements Serializable {}

    /**
     * The class of each token's document, an index into the names.
     *
     * @param train as long as the training split
     * @param validation as long as the validation split
     */
    public record Classes(List<String> names, Tokens train, Tokens validation) implements Serializable {
        public Classes {
            names = List.copyOf(names);
        }
    }

    public Corpus {
        if (identity == null || train == null || validation == null || documents == null || vocabulary < 2) {
            throw new IllegalArgumentException(
                    "Invalid corpus (want an identity, two splits, counts and a vocabulary of at least 2): "
                            + vocabulary);
        }
    }
}
