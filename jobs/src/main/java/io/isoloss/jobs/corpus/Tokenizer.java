package io.isoloss.jobs.corpus;

/** Turns text into token ids. */
public interface Tokenizer {

    /** Name and version: a change of ids for any text changes it, since it is part of a run's identity. */
    String id();

    /** Token ids are below this, at most 65536. */
    int vocabulary();

    /** The id that ends a document; no text encodes to it. */
    int separator();

    /** The ids of a document's bytes, without a separator. */
    char[] encode(byte[] document);
}
