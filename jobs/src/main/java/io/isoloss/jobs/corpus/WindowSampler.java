package io.isoloss.jobs.corpus;

/**
 * Training sequences: the split cut every T tokens into windows of T inputs and the T tokens that follow each, so that
 * every token is a target once an epoch. Each epoch visits all windows in a new random order.
 *
 * <p>Sequence k is the same whatever the batch size, since sequences are numbered through the whole run. Not for use by
 * several threads.
 */
public final class WindowSampler {

    private final Tokens tokens;
    private final Targets targets;
    private final int context;
    private final long seed;
    private final int[] shard; // the windows to visit
    private final int[] order;
    private long epoch = -1;

    public WindowSampler(Corpus corpus, Task task, int context, long seed) {
        this(corpus, task, context, seed, Shards.whole(corpus, context));
    }

    /** Of some windows of the split alone, by their numbers. */
    public WindowSampler(Corpus corpus, Task task, int context, long seed, int[] shard) {
        this.tokens = corpus.train();
        this.targets = Targets.ofTraining(corpus, task);
        this.context = context;
        this.seed = seed;
        this.shard = shard.clone();
        this.order = new int[shard.length];
    }

    /** Windows of an epoch. */
    public int windows() {
        return order.length;
    }

    /** Different tokens that a run over this many sees: at most what the windows of one epoch cover. */
    public long uniqueTokens(long trainedTokens) {
        return Math.min(trainedTokens, (long) windows() * context);
    }

    /**
     * Fills a batch.
     *
     * @param firstSequence number of the first sequence since the start of the run
     * @param batch sequences
     * @param inputs [batch, context], row-major, at least that long
     * @param outputs [batch, context], what is to be predicted at each
     */
    public void fill(long firstSequence, int batch, int[] inputs, int[] outputs) {
        for (int row = 0; row < batch; row++) {
            long sequence = firstSequence + row;
            shuffle(sequence / windows());
            int window = order[(int) (sequence % windows())];
            copy(window, inputs, outputs, row);
        }
    }

    /** Fills one row of a batch with a window, by its number in the split. */
    public void copy(int window, int[] inputs, int[] outputs, int row) {
        tokens.copy(window * context, context, inputs, row * context);
        targets.copy(window * context, context, outputs, row * context);
    }

    /** Fisher-Yates, seeded by run and epoch, so that any epoch can be reached without the ones before. */
    private void shuffle(long wanted) {
        if (wanted == epoch) {
            return;
        }
        for (int i = 0; i < order.length; i++) {
            order[i] = shard[i];
        }
        SplitMix random = SplitMix.of(seed, wanted);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        epoch = wanted;
    }
}
