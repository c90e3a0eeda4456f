package io.isoloss.jobs.corpus;

import io.isoloss.jobs.corpus.Corpus.DocumentCounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A first-order Markov chain with a random transition matrix: text whose irreducible loss is known exactly. The last part
 * of the stream is held out.
 *
 * @param symbols token ids
 * @param tokens length of both splits together
 * @param concentration of the Dirichlet that each row is drawn from; small makes the text predictable
 * @param seed of the matrix and of the text
 * @param validationFraction share of the tokens held out, between 0 and 1
 */
public record SyntheticSource(int symbols, int tokens, double concentration, long seed, double validationFraction)
        implements CorpusSource {

    public SyntheticSource {
        if (symbols < 2 || symbols > 1024 || tokens < 2 || !(concentration > 0 && Double.isFinite(concentration))) {
            throw new IllegalArgumentException("Invalid synthetic corpus (want 2 to 1024 symbols, at least 2 tokens and"
                    + " a positive concentration): " + symbols + " symbols, " + tokens + " tokens, concentration "
                    + concentration);
        }
        if (!(validationFraction > 0 && validationFraction < 1)) {
            throw new IllegalArgumentException(
                    "Invalid validation fraction (want between 0 and 1): " + validationFraction);
        }
    }

    @Override
    public int vocabulary() {
        return symbols;
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    /** The chain that writes this corpus. */
    public MarkovChain chain() {
        return MarkovChain.random(symbols, concentration, SplitMix.of(seed, 0));
    }

    @Override
    public Corpus load() {
        char[] stream = chain().generate(tokens, SplitMix.of(seed, 1));
        int held = (int) Math.round(tokens * validationFraction);
        return new Corpus(
                new CorpusIdentity(digest(stream), "symbols-" + symbols, validationFraction),
                symbols,
                Tokens.owning(Arrays.copyOfRange(stream, 0, tokens - held)),
                Tokens.owning(Arrays.copyOfRange(stream, tokens - held, tokens)),
                new DocumentCounts(1, 1, 0, 0),
                null,
                null);
    }

    private String digest(char[] stream) {
        MessageDigest digest = Sha256.start();
        digest.update(("synthetic-1 " + validationFraction + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(new String(stream).getBytes(StandardCharsets.UTF_16BE));
        return Sha256.finish(digest);
    }
}
