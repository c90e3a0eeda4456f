package io.isoloss.jobs.corpus;

/** The same evenly spaced sequences of the validation split for every trial that scores as many tokens. */
public final class ValidationWindows {

    private final Tokens tokens;
    private final Targets targets;
    private final int context;
    private final int available;
    private final int count;

    /**
     * Picks the windows.
     *
     * @param wantedTokens targets to score: rounded down to whole windows, at least one, at most the split
     */
    public ValidationWindows(Corpus corpus, Task task, int context, int wantedTokens) {
        this.tokens = corpus.validation();
        this.targets = Targets.ofValidation(corpus, task);
        this.context = context;
        this.available = Windows.count(tokens, context, "validation");
        this.count = Math.max(1, Math.min(available, wantedTokens / context));
    }

    public int count() {
        return count;
    }

    public int context() {
        return context;
    }

    /** Targets in all windows. */
    public long tokens() {
        return (long) count * context;
    }

    /**
     * Fills a batch.
     *
     * @param first number of the first window
     * @param batch windows
     * @param inputs [batch, context], row-major, at least that long
     * @param outputs [batch, context], what is to be predicted at each
     */
    public void fill(int first, int batch, int[] inputs, int[] outputs) {
        for (int row = 0; row < batch; row++) {
            int window = (int) ((long) (first + row) * available / count);
            tokens.copy(window * context, context, inputs, row * context);
            targets.copy(window * context, context, outputs, row * context);
        }
    }
}
