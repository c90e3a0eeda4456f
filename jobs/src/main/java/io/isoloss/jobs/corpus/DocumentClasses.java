package io.isoloss.jobs.corpus;

/** What makes the class of a document. */
public enum DocumentClasses {
    /** The extension that its name ends with. */
    EXTENSION,
    /** The corpus path that it was found under. */
    PATH
}
