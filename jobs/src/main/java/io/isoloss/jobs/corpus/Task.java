package io.isoloss.jobs.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a model learns to predict at each position. */
public enum Task {
    /** The token that follows. */
    @JsonProperty("next_token")
    NEXT_TOKEN,
    /** The class of the document that the token stands in. */
    @JsonProperty("document_class")
    DOCUMENT_CLASS
}
