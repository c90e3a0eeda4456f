package io.isoloss.jobs.train;

import io.isoloss.analysis.runs.Run;

/** How the training of a trial ended: results all, to be kept. What its surroundings lost leaves none. */
sealed interface Outcome {

    /** The word of the runs table. */
    String word();

    /** Why it did not complete; null if it did. */
    String cause();

    /**
     * Trained to the last step and evaluated.
     *
     * @param noiseScaleTokens gradient noise scale at the final weights; null if not measured
     */
    record Completed(Evaluation validation, Double noiseScaleTokens) implements Outcome {
        @Override
        public String word() {
            return Run.COMPLETED;
        }

        @Override
        public String cause() {
            return null;
        }
    }

    /** The loss left the road; a result like any other. */
    record Diverged(String cause) implements Outcome {
        @Override
        public String word() {
            return Run.DIVERGED;
        }
    }

    /** The model did not fit in memory. */
    record OutOfMemory(String cause) implements Outcome {
        @Override
        public String word() {
            return Run.OUT_OF_MEMORY;
        }
    }
}
