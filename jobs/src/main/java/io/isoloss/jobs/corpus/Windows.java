package io.isoloss.jobs.corpus;

/** Windows of a context and the token after it, cut every context tokens: only the last token of each is shared. */
final class Windows {

    private Windows() {}

    static int count(Tokens tokens, int context, String split) {
        int count = (tokens.size() - 1) / context;
        if (count < 1) {
            throw new CorpusException("Cannot cut windows of context " + context + ": the " + split + " split has "
                    + tokens.size() + " tokens (want at least " + (context + 1)
                    + "); shorten model.context or add text");
        }
        return count;
    }
}
