package io.isoloss.jobs.corpus;

import java.io.Serializable;
import java.util.List;

/** Where a corpus comes from: small, and sent to every machine, which loads the corpus for itself. */
public sealed interface CorpusSource extends Serializable permits TextSource, SyntheticSource {

    /** Token ids of the corpus, known before it is read. */
    int vocabulary();

    /** Names of the classes of its documents, known before it is read; empty where they have none. */
    List<String> classes();

    /** Reads or generates it: equal sources over equal contents give equal corpora on every machine. */
    Corpus load();
}
