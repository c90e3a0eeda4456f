package io.isoloss.jobs.spark;

import io.isoloss.jobs.corpus.Corpus;
import io.isoloss.jobs.corpus.CorpusException;
import io.isoloss.jobs.corpus.CorpusSource;
import io.isoloss.jobs.sweep.Trial;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One corpus of each source in every process: where driver and executor are one, it is loaded once. */
public final class Corpora {
    private static final Map<CorpusSource, Corpus> LOADED = new ConcurrentHashMap<>();

    private Corpora() {}

    /** As the source has it now. */
    public static Corpus load(CorpusSource source) {
        Corpus corpus = source.load();
        LOADED.put(source, corpus);
        return corpus;
    }

    /** @throws CorpusException if this machine reads another corpus than the trial names */
    static Corpus of(CorpusSource source, Trial trial) {
        Corpus corpus = LOADED.computeIfAbsent(source, CorpusSource::load);
        if (!corpus.identity().equals(trial.spec().corpus())) {
            throw new CorpusException("this machine reads another corpus than the driver: " + corpus.identity()
                    + ", not " + trial.spec().corpus());
        }
        return corpus;
    }
}
