package io.isoloss.jobs.sweep;

import io.isoloss.jobs.model.ModelShape;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** Which peak learning rates a shape is trained with. */
public sealed interface LearningRateRule extends Serializable
        permits ScaledLearningRate, LearningRateGrid, DeepSeekLearningRate {

    /**
     * The rates, each of which trains the shape once.
     *
     * @param tokens of the whole training, D
     */
    List<Double> rates(ModelShape shape, double tokens, int batchSequences);

    /** The rule in a line, as the runs table has it. */
    String line();

    /** Four digits: enough to tell two rates apart, and every Java version prints them alike in a run id. */
    static double rounded(double rate) {
        return new BigDecimal(rate)
                .round(new MathContext(4, RoundingMode.HALF_EVEN))
                .doubleValue();
    }
}
