package io.isoloss.jobs.train;

/**
 * All that training needs to go on: equal states of equal trials train on to equal bits. The order of the data follows
 * from the trial's seed and the steps taken, so it needs no generator's state.
 */
final class TrainingState {
    final float[] weights; // [totalParams]
    final float[] firstMoment; // of the optimiser, likewise
    final float[] secondMoment; // likewise
    final double[][] history; // [History.COLUMNS, steps], of History.columns
    final int resumes; // times that the run went on from a checkpoint

    TrainingState(float[] weights, float[] firstMoment, float[] secondMoment, double[][] history, int resumes) {
        this.weights = weights;
        this.firstMoment = firstMoment;
        this.secondMoment = secondMoment;
        this.history = history;
        this.resumes = resumes;
    }

    /** Steps taken. */
    int steps() {
        return history[0].length;
    }
}
