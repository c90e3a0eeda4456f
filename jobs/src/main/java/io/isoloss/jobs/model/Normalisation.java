package io.isoloss.jobs.model;

/** What stands between the linear map of a hidden layer and its activation. */
public enum Normalisation {
    NONE,

    /** Over the columns of each row, with gain and shift (Ba, Kiros &amp; Hinton 2016, arXiv:1607.06450). */
    LAYER,

    /**
     * Over all rows of a batch, column by column, with gain and shift; running means and deviations take the batch's place
     * outside training (Ioffe &amp; Szegedy 2015, arXiv:1502.03167). The statistics mix positions, so that a training loss has
     * seen a trace of the future; a validation loss has not.
     */
    BATCH;

    /** Gain and shift for each column. */
    long params(int width) {
        return this == NONE ? 0 : 2L * width;
    }

    /** A running mean and deviation for each column, which nothing trains. */
    long statistics(int width) {
        return this == BATCH ? 2L * width : 0;
    }

    /** A linear map has a bias unless the shift of a norm after it does the same. */
    long bias(int width) {
        return this == NONE ? width : 0;
    }
}
