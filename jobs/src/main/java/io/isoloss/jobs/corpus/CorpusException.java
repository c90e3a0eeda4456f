package io.isoloss.jobs.corpus;

/** A corpus that cannot be read or cannot feed a trial; the message says what would work. */
public final class CorpusException extends RuntimeException {

    public CorpusException(String message) {
        super(message);
    }

    public CorpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
