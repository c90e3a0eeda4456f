package io.isoloss.jobs.sweep;

import java.io.Serializable;
import java.util.List;

/** Which peak learning rates a shape is trained with. */
public sealed interface LearningRateRule extends Serializable permits ScaledLearningRate, LearningRateGrid {

    List<Double> rates(int width, int batchSequences);
}
