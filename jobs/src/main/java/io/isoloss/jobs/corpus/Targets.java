package io.isoloss.jobs.corpus;

/**
 * What is to be predicted at each token of a split.
 *
 * @param values as long as the split
 * @param ahead how far ahead of a token its target stands
 */
record Targets(Tokens values, int ahead) {

    static Targets ofTraining(Corpus corpus, Task task) {
        return switch (task) {
            case NEXT_TOKEN -> new Targets(corpus.train(), 1);
            case DOCUMENT_CLASS -> new Targets(classes(corpus).train(), 0);
        };
    }

    static Targets ofValidation(Corpus corpus, Task task) {
        return switch (task) {
            case NEXT_TOKEN -> new Targets(corpus.validation(), 1);
            case DOCUMENT_CLASS -> new Targets(classes(corpus).validation(), 0);
        };
    }

    private static Corpus.Classes classes(Corpus corpus) {
        if (corpus.classes() == null) {
            throw new IllegalArgumentException("Cannot predict classes: the corpus has none; give corpus.classes");
        }
        return corpus.classes();
    }

    void copy(int from, int length, int[] into, int at) {
        values.copy(from + ahead, length, into, at);
    }
}
