package io.isoloss.jobs.model;

import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * What DL4J steps a graph by where it trains it itself: from the gradient of the mean loss of a sequence, summed over its
 * positions.
 *
 * @param weightDecay decoupled, times the learning rate, on the matrices of hidden layers and head
 * @param layerClip largest L2 norm of one layer's gradient; 0 for no clipping
 */
public record GraphOptimiser(IUpdater updater, double weightDecay, double layerClip) {
    static final GraphOptimiser NONE = new GraphOptimiser(new NoOp(), 0, 0);

    NeuralNetConfiguration.Builder builder(DataType type) {
        NeuralNetConfiguration.Builder builder =
                new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(updater);
        if (layerClip > 0) {
            builder.gradientNormalization(GradientNormalization.ClipL2PerLayer)
                    .gradientNormalizationThreshold(layerClip);
        }
        return builder;
    }

    /** Lets weight decay act on a layer's matrices. */
    void decay(Layer layer) {
        boolean embedding = layer instanceof EmbeddingSequenceLayer || layer instanceof PositionedEmbedding;
        if (weightDecay > 0 && layer instanceof BaseLayer matrices && !embedding) {
            matrices.setRegularization(List.of(new WeightDecay(weightDecay, true)));
        }
    }
}
