package io.isoloss.jobs.model;

import java.io.Serializable;
import java.util.Optional;

/** The shapes of every width and depth under one choice of all the rest. */
public sealed interface ModelFamily extends Serializable
        permits TransformerFamily, LstmFamily, Conv1dFamily, MlpFamily {

    /** As the runs table calls it. */
    String name();

    /** The shape of a width and depth; empty where the family has none. */
    Optional<ModelShape> shape(int width, int layers);
}
