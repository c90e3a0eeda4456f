package io.isoloss.jobs.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The word that was probably meant. */
final class NearMiss {

    /** Two edits: a swap of neighbours, or two slips. */
    private static final int MOST_EDITS = 2;

    /** Fewer letters begin too many words. */
    private static final int SHORTEST_BEGINNING = 3;

    private NearMiss() {}

    /** The nearest candidate within two edits, and fewer than the word has letters; else one that it begins. */
    static Optional<String> of(String word, Collection<String> candidates) {
        var distance = new LevenshteinDistance(Math.max(0, Math.min(MOST_EDITS, word.length() - 1)));
        return candidates.stream()
                .filter(candidate -> distance.apply(word, candidate) >= 0)
                .min(Comparator.comparing(candidate -> distance.apply(word, candidate)))
                .or(() -> candidates.stream()
                        .filter(candidate -> word.length() >= SHORTEST_BEGINNING && candidate.startsWith(word))
                        .findFirst());
    }
}
